//! The transport and the timeline.
//!
//! ```text
//! scale (origin, zoom) ─► Track: time ↔ x ─► ruler, lanes ─► clip (painter), prebuffer strip
//! pointer ─► lanes ─► drag (snap) ─► EditCommand ─► gesture
//! ```
//!
//! * [`scale`]: which part of time is shown; nothing else converts between time and screen.
//! * [`panel`]: the arrangement, the wheel, the playhead.
//! * [`transport_bar`]: timecode, buttons, zoom.
//! * [`ruler`]: ticks, loop range, markers, scrubbing.
//! * [`lanes`], [`lane_header`]: the six lanes, reordering, dropping of media.
//! * [`clip`], [`media_map`], [`prebuffer`]: how a clip is drawn.
//! * [`drag`]: how a clip is moved and trimmed, and what it snaps to.

mod clip;
mod drag;
mod lane_header;
mod lanes;
mod media_map;
mod panel;
mod prebuffer;
mod ruler;
pub(crate) mod scale;
mod transport_bar;

pub(crate) use panel::Timeline;
