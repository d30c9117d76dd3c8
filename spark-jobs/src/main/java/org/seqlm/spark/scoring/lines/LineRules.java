package org.seqlm.spark.scoring.lines;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.LanguageModel;
import org.seqlm.text.CcnetNormalizer;
import org.seqlm.text.LineNormalization;
import org.seqlm.text.LineStage;

/**
 * What models are made to read of the lines of a text, whatever their own rules make of it then.
 *
 * @param normalize what is made of a line first
 * @param carry where contexts end
 * @param start whether {@code <s>} stands before what a context begins with
 * @param end whether the ends of lines are scored
 * @param pieces what cuts the line into pieces then; null for nothing
 */
public record LineRules(
    LineNormalization normalize, Carry carry, Mark start, Mark end, PieceModel pieces)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** As models read by themselves. */
  public static final LineRules DEFAULT =
      new LineRules(LineNormalization.NONE, Carry.MODEL, Mark.YES, Mark.YES);

  public LineRules(LineNormalization normalize, Carry carry, Mark start, Mark end) {
    this(normalize, carry, start, end, null);
  }

  /** The same, with lines cut into pieces. */
  public LineRules with(PieceModel cut) {
    return new LineRules(normalize, carry, start, end, cut);
  }

  /** Where contexts end. */
  public enum Carry {
    /** Where the model's own boundary says. */
    MODEL,
    /** With the line. */
    LINE,
    /**
     * With the document: the words of a line follow those of the line before. Where the model's own
     * contexts end with the line, the line's end is scored, but stands in no context: none that the
     * model was estimated on goes on after it.
     */
    DOCUMENT
  }

  /** Whether a mark is there. */
  public enum Mark {
    YES,
    NO
  }

  /** What makes of a line the one that models read, step by step; for one thread. */
  public List<LineStage> stages() throws IOException {
    List<LineStage> stages = new ArrayList<>();
    if (normalize == LineNormalization.CCNET) {
      stages.add(new CcnetNormalizer());
    }
    if (pieces != null) {
      stages.add(pieces.stage());
    }
    return stages;
  }

  /** How far back what a model reads decides what it says. */
  public LanguageModel.Memory memory(LanguageModel model) {
    return switch (carry) {
      case MODEL -> model.memory();
      case LINE -> LanguageModel.Memory.LINE;
      case DOCUMENT -> LanguageModel.Memory.TEXT;
    };
  }
}
