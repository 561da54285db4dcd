// An instruction as the configuration words and colours it.

import type { InstructionCode } from '../engine/types.js';
import type { PageContext } from './view.js';

/** The fields of the camera page that replace an instruction's text. */
const INSTRUCTION_FIELDS: Partial<Record<InstructionCode, string>> = {
  not_centered: 'faceNotCenterTip',
  not_frontal: 'faceNotFrontalTip',
  too_far: 'faceTooFarTip',
  too_near: 'faceTooNearTip',
  keep_still: 'keepStillTip',
  move_left: 'moveLeftTip',
  move_right: 'moveRightTip',
  // Named after the position of the face: a face that is too high has to move down.
  move_down: 'moveTopTip',
  move_up: 'moveBottomTip',
  multiple_faces: 'multipleFacesTip',
  no_face: 'faceMissingTip',
  occluded: 'faceOcclusionTip',
};

/** An instruction as the configuration words and colours it, and its spoken form. */
export function instructionText(
  { i18n, ui }: PageContext,
  code: InstructionCode,
): { text: string; color: string | null; spoken: string } {
  const field = INSTRUCTION_FIELDS[code];
  const own = field ? ui.text('CameraPage', `${field}Text`, '') : '';
  const color = (field ? ui.color('CameraPage', `${field}TextColor`) : null) ?? ui.color('CameraPage', 'tipsTextColor');
  return { text: own || i18n.format(code), color, spoken: own || i18n.format(`say_${code}`) };
}
