import type { PracticeService } from './practice-service.js';
/** Answers every request below `folder` by the current practice service; all others go to the network. */
export declare function answerRequests(folder: URL, current: () => PracticeService): void;
