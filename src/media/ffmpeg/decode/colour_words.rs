//! The colour of a picture in a few words: what its file says, what was assumed, what is converted.

use ffmpeg_next::chroma::Location;
use ffmpeg_next::color;
use ffmpeg_next::color::{Range, Space, TransferCharacteristic};

use super::picture::PictureFormat;
use super::pixels;
use crate::media::frame::{ColourModel, Primaries, Transfer};

impl PictureFormat {
    /// Matrix, range, depth, siting, transfer and primaries; each with a word if the file does not say and the default
    /// was taken, or if something else is taken for what it says.
    pub(in crate::media) fn colour(&self) -> String {
        let facts = &self.facts;
        let coding = self.layout.coding;
        let mut parts = Vec::new();
        match self.layout.colour {
            ColourModel::YCbCr { .. } => parts.push(self.matrix_said()),
            ColourModel::Grey { .. } => parts.push("grey".to_owned()),
            _ => parts.push("RGB".to_owned()),
        }
        if matches!(
            self.layout.colour,
            ColourModel::YCbCr { .. } | ColourModel::Grey { .. }
        ) {
            let range = if self.is_full_range {
                "full"
            } else {
                "limited"
            };
            let is_said = facts.range != Range::Unspecified || facts.is_full_range_format();
            parts.push(format!("{range} range{}", assumed(is_said)));
        }
        parts.push(if pixels::is_float(facts.pixel) {
            "floats".to_owned()
        } else {
            format!("{} bits", coding.bits)
        });
        let planes = &self.layout.planes;
        let is_subsampled = planes.iter().any(|plane| {
            plane.width_px < self.layout.width_px || plane.height_px < self.layout.height_px
        });
        if is_subsampled {
            let siting = coding.siting.name();
            let is_said = facts.location != Location::Unspecified;
            parts.push(format!("chroma {siting}{}", assumed(is_said)));
        }
        parts.extend(self.transfer_said());
        parts.extend(self.primaries_said());
        parts.join(", ")
    }

    fn matrix_said(&self) -> String {
        let name = self.matrix.name();
        let facts = &self.facts;
        match facts.space {
            Space::BT2020CL | Space::ChromaDerivedCL => {
                format!("{name} (in place of constant luminance)")
            }
            Space::Unspecified => format!("{name} (assumed)"),
            _ if facts.named_matrix().is_some() => name.to_owned(),
            space => {
                let said = space.name().unwrap_or("a matrix that is not known");
                format!("{name} (in place of {said})")
            }
        }
    }

    /// Transfers that are converted, and those of which something else is taken.
    fn transfer_said(&self) -> Option<String> {
        let is_said = self.facts.transfer != TransferCharacteristic::Unspecified;
        match self.layout.coding.transfer {
            Transfer::Pq => Some("PQ, tone-mapped".to_owned()),
            Transfer::Hlg => Some("HLG, tone-mapped".to_owned()),
            Transfer::Linear => Some(format!("linear light{}", assumed(is_said))),
            Transfer::Srgb => None,
            Transfer::Sdr => match self.facts.transfer {
                TransferCharacteristic::GAMMA28
                | TransferCharacteristic::Log
                | TransferCharacteristic::LogSqrt
                | TransferCharacteristic::SMPTE428 => {
                    let name = self.facts.transfer.name().unwrap_or("its transfer");
                    Some(format!("{name} shown as it is"))
                }
                _ => None,
            },
        }
    }

    /// Primaries other than the canvas's.
    fn primaries_said(&self) -> Option<String> {
        let said = self.facts.primaries;
        let taken = self.layout.coding.primaries;
        let is_tone_mapped = matches!(self.layout.coding.transfer, Transfer::Pq | Transfer::Hlg);
        match taken {
            // What tone mapping takes for granted needs no word.
            Primaries::Bt2020 if is_tone_mapped => None,
            Primaries::Bt709 => match said {
                color::Primaries::BT709 | color::Primaries::Unspecified => None,
                other => other
                    .name()
                    .map(|name| format!("{name} primaries taken for BT.709")),
            },
            Primaries::Bt2020 | Primaries::P3 => {
                let is_said = said != color::Primaries::Unspecified;
                let name = taken.name();
                Some(format!(
                    "{name} primaries{} converted to BT.709",
                    assumed(is_said)
                ))
            }
        }
    }
}

fn assumed(is_said: bool) -> &'static str {
    if is_said { "" } else { " (assumed)" }
}

#[cfg(test)]
mod tests {
    use ffmpeg_next::format::Pixel;

    use super::*;
    use crate::media::ffmpeg::decode::picture::PictureFacts;
    use crate::media::frame::Shape;

    fn facts(pixel: Pixel) -> PictureFacts {
        PictureFacts::untagged(pixel, (33, 720))
    }

    fn format(facts: PictureFacts) -> PictureFormat {
        PictureFormat::new(facts, Shape::default()).expect("in range")
    }

    #[test]
    fn what_was_assumed_is_said_to_be() {
        let untagged = format(facts(Pixel::YUV420P)).colour();
        let expected = "BT.709 (assumed), limited range (assumed), 8 bits, chroma left (assumed)";
        assert_eq!(untagged, expected);
        let tagged = PictureFacts {
            space: Space::BT2020NCL,
            range: Range::MPEG,
            transfer: TransferCharacteristic::ARIB_STD_B67,
            location: Location::TopLeft,
            ..facts(Pixel::YUV420P10LE)
        };
        let expected = "BT.2020, limited range, 10 bits, chroma top-left, HLG, tone-mapped";
        assert_eq!(format(tagged).colour(), expected);
        assert_eq!(format(facts(Pixel::GBRP10LE)).colour(), "RGB, 10 bits");
    }

    #[test]
    fn what_is_taken_in_place_of_a_tag_or_converted_is_said() {
        let tagged = |space, transfer, primaries| {
            let facts = PictureFacts {
                space,
                transfer,
                primaries,
                range: Range::MPEG,
                ..facts(Pixel::YUV444P10LE)
            };
            format(facts).colour()
        };
        let sdr = TransferCharacteristic::BT709;
        let untagged = color::Primaries::Unspecified;
        for (space, transfer, primaries, expected) in [
            (Space::YCGCO, sdr, untagged, "YCgCo, limited range, 10 bits"),
            (Space::FCC, sdr, untagged, "FCC, limited range, 10 bits"),
            (
                Space::SMPTE240M,
                TransferCharacteristic::Linear,
                untagged,
                "SMPTE 240M, limited range, 10 bits, linear light",
            ),
            (
                Space::BT2020CL,
                sdr,
                untagged,
                "BT.2020 (in place of constant luminance), limited range, 10 bits, \
                 BT.2020 primaries (assumed) converted to BT.709",
            ),
            (
                Space::ICTCP,
                sdr,
                color::Primaries::BT2020,
                "BT.2020 (in place of ictcp), limited range, 10 bits, \
                 BT.2020 primaries converted to BT.709",
            ),
            (
                Space::BT470BG,
                TransferCharacteristic::GAMMA28,
                color::Primaries::BT470BG,
                "BT.601, limited range, 10 bits, bt470bg shown as it is, \
                 bt470bg primaries taken for BT.709",
            ),
            (
                Space::BT709,
                TransferCharacteristic::IEC61966_2_1,
                color::Primaries::SMPTE432,
                "BT.709, limited range, 10 bits, P3 primaries converted to BT.709",
            ),
        ] {
            assert_eq!(tagged(space, transfer, primaries), expected);
        }
        let light = format(facts(Pixel::GBRAPF32LE));
        assert_eq!(light.colour(), "RGB, floats, linear light (assumed)");
        let colour = ColourModel::LinearHdr { has_alpha: true };
        assert_eq!(light.layout.colour, colour);
    }
}
