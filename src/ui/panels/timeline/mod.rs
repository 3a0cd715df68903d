//! The transport and the timeline.
//!
//! ```text
//! scale (origin, zoom) ─► Track: time ↔ x ─► ruler, lanes ─► clip (painter), prebuffer strip
//! pointer ─► lanes ─► drag (snap) ─► EditCommand ─► gesture
//! ```
//!
//! * `timeline_scale`: which part of time is shown; nothing else converts between time and screen.
//! * [`panel`]: the arrangement, the wheel, the playhead.
//! * [`transport_bar`], [`time_readout`]: timecode, buttons, zoom.
//! * [`ruler`], [`loop_bar`], [`markers`]: ticks and scrubbing, the loop range, markers.
//! * [`rows`], [`lanes`], [`lane_header`]: where the lanes lie, what is in the hand over them, their heads.
//! * [`clip_hand`], [`drag`], [`marquee`], [`drop_media`]: taking clips up, moving and trimming them, selecting them,
//!   putting new ones in; [`snap`], [`readout`]: what they snap to, and the numbers beside the pointer.
//! * [`clip`], [`crossfade`], [`media_map`], [`prebuffer`]: how a clip is drawn; [`keys`]: keyframes over a lane; [`hover`], [`menus`]: what the pointer brings up.

mod clip;
mod clip_interaction;
mod crossfade;
mod drag;
mod drop_media;
mod hover;
mod keys;
mod lane_header;
mod lanes;
mod loop_bar;
mod markers;
mod marquee;
mod media_map;
mod menus;
mod panel;
mod prebuffer;
mod readout;
mod rename;
mod rows;
mod ruler;
mod snap;
mod time_readout;
mod transport_bar;

pub(crate) use panel::{ID, Timeline};
pub(crate) use readout::readout_ui;
