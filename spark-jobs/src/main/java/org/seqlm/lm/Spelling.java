package org.seqlm.lm;

/**
 * What it costs to spell a word that a vocabulary does not have, so that models of different
 * vocabularies can be compared by bits a character: a fixed character model, uniform over the 256
 * bytes and an end sign.
 */
public final class Spelling {
  private static final double NATS_PER_SIGN = Math.log(257);

  private Spelling() {}

  /**
   * The cost in nats.
   *
   * @param words unknown words; each also pays for its end sign
   * @param bytes of all of them in UTF-8
   */
  public static double nats(long words, long bytes) {
    return (words + bytes) * NATS_PER_SIGN;
  }
}
