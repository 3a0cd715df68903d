//! The transport and the timeline.
//!
//! ```text
//! scale (origin, zoom) ─► Track: time ↔ x ─► ruler, lanes ─► clip (painter), prebuffer strip
//! pointer ─► lanes ─► drag (snap) ─► EditCommand ─► gesture
//! ```
//!
//! * `timeline_scale`: the shown part of time; nothing else converts between time and screen.
//! * [`panel`]: the arrangement, the wheel, the playhead.
//! * [`transport_bar`], [`time_readout`]: timecode, buttons, zoom.
//! * [`ruler`], [`loop_bar`], [`markers`], [`marker_list`]: ticks and scrubbing, the loop range, markers and their list.
//! * [`overview`]: the whole of the timeline, and the part of it that is shown.
//! * [`rows`], [`lanes`], [`lane_header`]: the layout of the lanes, the drag in progress over them, their heads.
//! * [`clip_interaction`], [`drag`]: the handles of clips, and dragging them. [`marquee`], [`drop_media`]: selecting
//!   clips by a rectangle, dropping new ones. [`snap`], [`readout`]: snapping, and the numbers beside the pointer.
//! * [`clip`], [`clip_band`], [`crossfade`], [`media_map`], [`prebuffer`]: the painters of clips. [`keys`]: keyframes over a lane.
//! * [`hover`], [`menus`], [`rename`]: the picture under the pointer, context menus, the field for a new name.

mod clip;
mod clip_band;
mod clip_interaction;
mod crossfade;
mod drag;
mod drop_media;
mod hover;
mod keys;
mod lane_header;
mod lanes;
mod loop_bar;
mod marker_list;
mod markers;
mod marquee;
mod media_map;
mod menus;
mod overview;
mod panel;
mod prebuffer;
mod readout;
mod rename;
mod rows;
mod ruler;
mod snap;
mod time_readout;
mod transport_bar;

pub(crate) use marker_list::{MARKERS, MarkerList};
pub(crate) use panel::{ID, Timeline};
pub(crate) use readout::readout_ui;
