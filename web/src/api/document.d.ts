/**
 * One video analysed as one movement.
 */
export type Analysis1 = {
  [k: string]: unknown;
} & {
  schema_version: string;
  movement: string;
  /**
   * Metrics by key; the unit is in the key, null is not measured.
   */
  data: {
    [k: string]: number | string | null;
  };
  /**
   * 95 % interval of each measured metric, by the same key.
   */
  intervals: {
    [k: string]: number[];
  };
  trials: {
    index: number;
    /**
     * Number of the person among those in the clip.
     */
    person: number;
    start_s: number;
    end_s: number;
    /**
     * Metrics by key; the unit is in the key, null is not measured.
     */
    data: {
      [k: string]: number | string | null;
    };
    /**
     * 95 % interval of each measured metric, by the same key.
     */
    intervals: {
      [k: string]: number[];
    };
    events: {
      name: string;
      time_s: number;
      /**
       * Position between the numbered frames of the file.
       */
      frame: number | null;
      /**
       * Standard error.
       */
      uncertainty_s: number;
      /**
       * left or right foot, where it belongs to one.
       */
      side: string | null;
      [k: string]: unknown;
    }[];
    phases: {
      name: string;
      start_s: number;
      end_s: number;
      [k: string]: unknown;
    }[];
    /**
     * How far the numbers can be trusted.
     */
    quality: {
      /**
       * 0 to 100.
       */
      score: number;
      confidence: "high" | "medium" | "low";
      /**
       * Sentences for a coach.
       */
      warnings: string[];
      [k: string]: unknown;
    };
    problem: {
      code: string;
      message: string;
      hint: string;
      [k: string]: unknown;
    } | null;
    repetitions?: {
      index: number;
      /**
       * left or right foot, where it belongs to one.
       */
      side: string | null;
      start_s: number;
      end_s: number;
      /**
       * Metrics by key; the unit is in the key, null is not measured.
       */
      data: {
        [k: string]: number | string | null;
      };
      /**
       * 95 % interval of each measured metric, by the same key.
       */
      intervals: {
        [k: string]: number[];
      };
      [k: string]: unknown;
    }[];
    [k: string]: unknown;
  }[];
  /**
   * Where the numbers come from.
   */
  metadata: {
    /**
     * Index of the trial that ``data`` is taken from.
     */
    headline_trial: number | null;
    /**
     * Quality of the headline trial and of the file.
     */
    quality: {
      /**
       * 0 to 100.
       */
      score: number;
      confidence: "high" | "medium" | "low";
      /**
       * Sentences for a coach.
       */
      warnings: string[];
      /**
       * The figures behind the score, unit in the name.
       */
      indicators: {
        [k: string]: number | null;
      };
      [k: string]: unknown;
    };
    /**
     * What the container says and what decoding delivered.
     */
    video: {
      source_path: string;
      sha256: string | null;
      /**
       * Mean rate of delivered frames on the file's own time line.
       */
      fps: number;
      variable_frame_rate: boolean;
      /**
       * Rate the camera filmed at, where the file plays at another.
       */
      capture_fps: number | null;
      /**
       * The option, or the metadata tag it was read from.
       */
      capture_fps_source: string | null;
      /**
       * When the camera says it filmed, ISO 8601, UTC.
       */
      recorded_at: string | null;
      /**
       * Delivered frames.
       */
      frame_count: number;
      /**
       * Frames by the container's claim.
       */
      promised_frames: number | null;
      duration_s: number;
      /**
       * Size of the upright picture, pixels.
       */
      resolution: {
        width: number;
        height: number;
        [k: string]: unknown;
      };
      rotation_deg: number;
      codec: string;
      warnings: string[];
      [k: string]: unknown;
    };
    /**
     * When, with what and for how long. Times and the time stamp are all that may differ between two runs.
     */
    processing: {
      version: string;
      /**
       * ISO 8601, UTC.
       */
      timestamp: string;
      quality_preset: string;
      processing_time_s: number;
      stages_s: {
        [k: string]: number;
      };
      [k: string]: unknown;
    };
    /**
     * All that could explain a difference between two results.
     */
    algorithm: {
      /**
       * Which model found the points.
       */
      estimator: {
        name: string;
        model: string;
        model_sha256: string | null;
        runtime: string;
        [k: string]: unknown;
      };
      scale: {
        source: string;
        m_per_px: number;
        /**
         * Standard error of the scale divided by the scale.
         */
        relative_uncertainty: number;
        [k: string]: unknown;
      } | null;
      settings: {
        [k: string]: unknown;
      };
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  /**
   * Present where no trial carries numbers.
   */
  error?: {
    /**
     * Stable name of the cause.
     */
    code: string;
    /**
     * What happened, for people.
     */
    message: string;
    /**
     * What to do next, for people; may be empty.
     */
    hint: string;
    /**
     * Whether the same call may succeed later.
     */
    retryable: boolean;
    [k: string]: unknown;
  };
  [k: string]: unknown;
};
