//! Instruction codes, which are stable API, and sets of them.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The instruction for the end user. The locale supplies the text; the code is stable.
///
/// Left and right are the person's own. They also match the mirrored preview: a person who moves to their own left
/// moves left on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(rename = "InstructionCode"))]
#[serde(rename_all = "snake_case")]
pub enum Instruction {
    /// No face is detected, or for the first seconds only one with a low detection score.
    NoFace,
    /// A second face is large enough to count.
    MultipleFaces,
    /// The face is too small for the stage: move closer.
    TooFar,
    /// The face is too large for the stage: move away.
    TooNear,
    /// Move to your left.
    MoveLeft,
    /// Move to your right.
    MoveRight,
    /// Move up.
    MoveUp,
    /// Move down.
    MoveDown,
    /// Off centre horizontally and vertically: no single direction would do.
    NotCentered,
    /// The head's yaw, pitch or roll is too large.
    NotFrontal,
    /// Something covers part of the face.
    Occluded,
    /// Too little light on the face, or much more light behind it.
    TooDark,
    /// Too much light on the face.
    TooBright,
    /// The face is not sharp.
    Blurry,
    /// All checks pass, or would pass if the face moved less: hold still.
    KeepStill,
}

impl Instruction {
    /// All instructions in the order of the documentation.
    pub const ALL: [Instruction; 15] = [
        Instruction::NoFace,
        Instruction::MultipleFaces,
        Instruction::TooFar,
        Instruction::TooNear,
        Instruction::MoveLeft,
        Instruction::MoveRight,
        Instruction::MoveUp,
        Instruction::MoveDown,
        Instruction::NotCentered,
        Instruction::NotFrontal,
        Instruction::Occluded,
        Instruction::TooDark,
        Instruction::TooBright,
        Instruction::Blurry,
        Instruction::KeepStill,
    ];

    /// Which failing check is reported first. Checks that impair others come first: without a single face of the right
    /// size in the right place, pose and light mean little, and in bad light a bare face cannot be distinguished from a
    /// covered one. `NotCentered` replaces the two directions that it combines.
    pub const PRIORITY: [Instruction; 15] = [
        Instruction::NoFace,
        Instruction::MultipleFaces,
        Instruction::TooFar,
        Instruction::TooNear,
        Instruction::NotCentered,
        Instruction::MoveLeft,
        Instruction::MoveRight,
        Instruction::MoveUp,
        Instruction::MoveDown,
        Instruction::NotFrontal,
        Instruction::TooDark,
        Instruction::TooBright,
        Instruction::Occluded,
        Instruction::Blurry,
        Instruction::KeepStill,
    ];

    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Instruction::NoFace => "no_face",
            Instruction::MultipleFaces => "multiple_faces",
            Instruction::TooFar => "too_far",
            Instruction::TooNear => "too_near",
            Instruction::MoveLeft => "move_left",
            Instruction::MoveRight => "move_right",
            Instruction::MoveUp => "move_up",
            Instruction::MoveDown => "move_down",
            Instruction::NotCentered => "not_centered",
            Instruction::NotFrontal => "not_frontal",
            Instruction::Occluded => "occluded",
            Instruction::TooDark => "too_dark",
            Instruction::TooBright => "too_bright",
            Instruction::Blurry => "blurry",
            Instruction::KeepStill => "keep_still",
        }
    }

    /// The instruction with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|instruction| instruction.code() == code)
    }
}

/// A set of instructions: the failing checks. In JSON a list of codes by priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InstructionSet(u16);

impl InstructionSet {
    /// The empty set.
    pub const EMPTY: InstructionSet = InstructionSet(0);

    /// Adds an instruction.
    pub fn insert(&mut self, instruction: Instruction) {
        self.0 |= 1 << instruction as u16;
    }

    /// Whether the set contains the instruction.
    pub fn contains(self, instruction: Instruction) -> bool {
        self.0 & (1 << instruction as u16) != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Number of instructions.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The instructions, the most urgent first.
    pub fn iter(self) -> impl Iterator<Item = Instruction> {
        Instruction::PRIORITY.into_iter().filter(move |instruction| self.contains(*instruction))
    }
}

impl FromIterator<Instruction> for InstructionSet {
    fn from_iter<T: IntoIterator<Item = Instruction>>(instructions: T) -> Self {
        let mut set = InstructionSet::EMPTY;
        instructions.into_iter().for_each(|instruction| set.insert(instruction));
        set
    }
}

impl Serialize for InstructionSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for instruction in self.iter() {
            seq.serialize_element(&instruction)?;
        }
        seq.end()
    }
}

impl<'de> Deserialize<'de> for InstructionSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Instruction>::deserialize(deserializer)?.into_iter().collect())
    }
}
