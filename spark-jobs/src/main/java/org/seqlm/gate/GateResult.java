package org.seqlm.gate;

import java.util.List;

/**
 * A night's decision with its numbers.
 *
 * @param decision what becomes of the challenger
 * @param reasons what decided first
 * @param estimand what gains are means of
 * @param margin bits a character
 * @param documents fresh ones
 * @param clusters that they are of
 * @param gain mean of them, bits a character, without clipping; null for no document
 * @param interval of that mean; null likewise
 * @param bits of all fresh documents; null likewise
 * @param test the evidence; null where nothing was tested
 * @param frozen the frozen set
 * @param slices by name, then value
 * @param evidence to come again with; null where the challenger has been decided on
 * @param spent this year, this night's share included
 */
public record GateResult(
    Decision decision,
    List<Reason> reasons,
    Estimand estimand,
    double margin,
    int documents,
    int clusters,
    Double gain,
    GainInterval interval,
    Bits bits,
    Test test,
    FrozenGuard.Frozen frozen,
    List<SliceGuard.Slice> slices,
    Evidence evidence,
    Spent spent) {

  /** Which model is the champion from now on. */
  public enum Decision {
    /** The challenger. */
    PROMOTED,
    /** The champion, as before. */
    KEPT
  }

  /**
   * What both models need for the fresh documents together, in bits a character: where the model
   * stands, whatever the gain is a mean of.
   */
  public record Bits(double champion, double challenger) {
    /** Of at least one document. */
    static Bits of(List<ScoredDocument> documents) {
      double champion = 0;
      double challenger = 0;
      long characters = 0;
      for (ScoredDocument one : documents) {
        champion += one.championBits();
        challenger += one.challengerBits();
        characters += one.characters();
      }
      return new Bits(champion / characters, challenger / characters);
    }
  }

  /**
   * The test's figures; all logarithms are natural.
   *
   * @param share α of the challenger
   * @param needed ln(1/α)
   * @param before ln(capital) that it came with; 0 for a new one
   * @param highest ln(capital) that it reached
   * @param last ln(capital) at the end of the night
   * @param nights it has been tested in, this one included
   * @param clipped what clipping took
   */
  public record Test(
      double share,
      double needed,
      double before,
      double highest,
      double last,
      int nights,
      Clipped clipped) {}
}
