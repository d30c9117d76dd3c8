package org.seqlm.gate;

/**
 * Why it was decided so.
 *
 * @param code for programs
 * @param text a sentence with the numbers
 */
public record Reason(Code code, String text) {

  /** Kinds of reasons, in the order in which they are told: what decided comes first. */
  public enum Code {
    /** Nothing was tested. */
    TOO_FEW_DOCUMENTS,
    /** Blocks. */
    TOO_FEW_FROZEN,
    /** Blocks. */
    FROZEN_LOSS,
    /** Blocks; one for each slice. */
    SLICE_HARMED,
    /** Blocks; one for each slice. */
    SLICE_NOT_SHOWN_UNHARMED,
    /** Blocks. */
    LOSSES_BEYOND_CLIP,
    /** Promotes where nothing blocks. */
    GAIN_SHOWN,
    /** Keeps. */
    GAIN_NOT_SHOWN,
    /** The challenger may come again. */
    EVIDENCE_CARRIED,
    /** What it came with did not count, as the champion is another. */
    EVIDENCE_VOID,
    /** Told, decides nothing; one for each label. */
    SLICES_TOGETHER,
    /** Told, decides nothing. */
    SLICES_TOO_SMALL
  }
}
