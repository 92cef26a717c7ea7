/**
 * One video analysed as one movement.
 */
export type Analysis1 = {
  [k: string]: unknown;
} & {
  /**
   * Metrics by key; the unit is in the key, null is not measured.
   */
  data: {
    [k: string]: number | string | null;
  };
  error?: Failure;
  /**
   * 95 % interval of each measured metric, by the same key.
   */
  intervals: {
    [k: string]: number[];
  };
  metadata: Metadata;
  movement: string;
  /**
   * Version of the contract, major.minor.
   */
  schema_version: string;
  trials: TrialEntry[];
  [k: string]: unknown;
};

/**
 * Present where no trial carries numbers.
 */
export interface Failure {
  /**
   * What to do next, for programs. Since 1.1.
   */
  advice?: MessageEntry | null;
  /**
   * Stable name of the kind of problem.
   */
  code: string;
  /**
   * What to do next, for people; may be empty.
   */
  hint: string;
  /**
   * What happened, for people.
   */
  message: string;
  reason?: MessageEntry1;
  /**
   * Whether the same call may succeed later.
   */
  retryable: boolean;
  [k: string]: unknown;
}
/**
 * A message to people, for programs that translate it or act on it.
 */
export interface MessageEntry {
  /**
   * Stable name of the message.
   */
  code: string;
  /**
   * The message in English.
   */
  message: string;
  /**
   * What the message names: numbers in SI units, with the unit in the key; words; keys of metrics.
   */
  values: {
    [k: string]: number | string | string[];
  };
  [k: string]: unknown;
}
/**
 * A message to people, for programs that translate it or act on it.
 */
export interface MessageEntry1 {
  /**
   * Stable name of the message.
   */
  code: string;
  /**
   * The message in English.
   */
  message: string;
  /**
   * What the message names: numbers in SI units, with the unit in the key; words; keys of metrics.
   */
  values: {
    [k: string]: number | string | string[];
  };
  [k: string]: unknown;
}
/**
 * Where the numbers come from.
 */
export interface Metadata {
  algorithm: Algorithm;
  /**
   * Index of the trial that ``data`` is taken from.
   */
  headline_trial: number | null;
  processing: Processing;
  quality: ClipQuality;
  video: VideoEntry;
  [k: string]: unknown;
}
/**
 * All that could explain a difference between two results.
 */
export interface Algorithm {
  estimator: EstimatorEntry;
  scale: ScaleEntry | null;
  settings: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}
/**
 * Which model found the points.
 */
export interface EstimatorEntry {
  model: string;
  model_sha256: string | null;
  name: string;
  runtime: string;
  [k: string]: unknown;
}
/**
 * Metres per pixel at the athlete.
 */
export interface ScaleEntry {
  m_per_px: number;
  /**
   * Standard error of the scale divided by the scale.
   */
  relative_uncertainty: number;
  source: string;
  [k: string]: unknown;
}
/**
 * When, with what and for how long. Times and the time stamp are all that may differ between two runs.
 */
export interface Processing {
  processing_time_s: number;
  quality_preset: string;
  stages_s: {
    [k: string]: number;
  };
  /**
   * ISO 8601, UTC.
   */
  timestamp: string;
  version: string;
  [k: string]: unknown;
}
/**
 * Quality of the headline trial and of the file.
 */
export interface ClipQuality {
  confidence: "high" | "low" | "medium";
  /**
   * The figures behind the score, unit in the name.
   */
  indicators: {
    [k: string]: number | null;
  };
  /**
   * The warnings in the same order, for programs. Since 1.1.
   */
  messages?: MessageEntry[];
  /**
   * 0 to 100.
   */
  score: number;
  /**
   * What is wrong and what to do next time, for a coach.
   */
  warnings: string[];
  [k: string]: unknown;
}
/**
 * What the container says and what decoding delivered.
 */
export interface VideoEntry {
  /**
   * Rate the camera filmed at, where the file plays at another.
   */
  capture_fps: number | null;
  /**
   * The option, or the metadata tag it was read from.
   */
  capture_fps_source: string | null;
  codec: string;
  duration_s: number;
  /**
   * Mean rate of delivered frames on the file's own time line.
   */
  fps: number;
  /**
   * Delivered frames.
   */
  frame_count: number;
  /**
   * The warnings in the same order, for programs. Since 1.1.
   */
  messages?: MessageEntry[];
  /**
   * Frames by the container's claim.
   */
  promised_frames: number | null;
  /**
   * When the camera says it filmed, ISO 8601, UTC.
   */
  recorded_at: string | null;
  resolution: Resolution;
  rotation_deg: number;
  sha256: string | null;
  source_path: string;
  variable_frame_rate: boolean;
  warnings: string[];
  [k: string]: unknown;
}
/**
 * Size of the upright picture, pixels.
 */
export interface Resolution {
  height: number;
  width: number;
  [k: string]: unknown;
}
/**
 * One jump, one set of hops or one stretch of running.
 */
export interface TrialEntry {
  /**
   * Metrics by key; the unit is in the key, null is not measured.
   */
  data: {
    [k: string]: number | string | null;
  };
  end_s: number;
  events: EventEntry[];
  index: number;
  /**
   * 95 % interval of each measured metric, by the same key.
   */
  intervals: {
    [k: string]: number[];
  };
  /**
   * Number of the person among those in the clip.
   */
  person: number;
  phases: PhaseEntry[];
  problem: ProblemEntry | null;
  quality: QualityEntry;
  /**
   * What was changed in the poses before measuring. Since 1.1.
   */
  repairs?: string[];
  repetitions?: RepetitionEntry[];
  start_s: number;
  [k: string]: unknown;
}
/**
 * An instant, found between frames.
 */
export interface EventEntry {
  /**
   * Time that was found automatically, where a person corrected the event. Since 1.1.
   */
  automatic_s?: number;
  /**
   * Position between the numbered frames of the file.
   */
  frame: number | null;
  name: string;
  /**
   * left or right foot, where it belongs to one.
   */
  side: string | null;
  time_s: number;
  /**
   * Standard error.
   */
  uncertainty_s: number;
  [k: string]: unknown;
}
/**
 * A part of a trial, half-open.
 */
export interface PhaseEntry {
  end_s: number;
  name: string;
  start_s: number;
  [k: string]: unknown;
}
/**
 * Why a trial has no numbers.
 */
export interface ProblemEntry {
  /**
   * What to do next, for programs. Since 1.1.
   */
  advice?: MessageEntry | null;
  /**
   * Stable name of the kind of problem.
   */
  code: string;
  /**
   * What to do next, for people; may be empty.
   */
  hint: string;
  /**
   * What happened, for people.
   */
  message: string;
  reason?: MessageEntry2;
  [k: string]: unknown;
}
/**
 * A message to people, for programs that translate it or act on it.
 */
export interface MessageEntry2 {
  /**
   * Stable name of the message.
   */
  code: string;
  /**
   * The message in English.
   */
  message: string;
  /**
   * What the message names: numbers in SI units, with the unit in the key; words; keys of metrics.
   */
  values: {
    [k: string]: number | string | string[];
  };
  [k: string]: unknown;
}
/**
 * How far the numbers can be trusted.
 */
export interface QualityEntry {
  confidence: "high" | "low" | "medium";
  /**
   * The warnings in the same order, for programs. Since 1.1.
   */
  messages?: MessageEntry[];
  /**
   * 0 to 100.
   */
  score: number;
  /**
   * What is wrong and what to do next time, for a coach.
   */
  warnings: string[];
  [k: string]: unknown;
}
/**
 * One hop or one step inside a trial.
 */
export interface RepetitionEntry {
  /**
   * Metrics by key; the unit is in the key, null is not measured.
   */
  data: {
    [k: string]: number | string | null;
  };
  end_s: number;
  index: number;
  /**
   * 95 % interval of each measured metric, by the same key.
   */
  intervals: {
    [k: string]: number[];
  };
  /**
   * left or right foot, where it belongs to one.
   */
  side: string | null;
  start_s: number;
  [k: string]: unknown;
}
