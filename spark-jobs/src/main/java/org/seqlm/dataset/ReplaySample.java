package org.seqlm.dataset;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.seqlm.Problems;
import org.seqlm.text.Hash128;

/**
 * Which documents of old text a night trains on again, beside its new text. Each is taken by a hash
 * of its key and the night, so a night that is started again takes the same ones, other nights take
 * others, and over the nights all of them have their turn. Documents are taken independently of
 * each other: the tokens that are taken have the mean that was asked for, and a standard deviation
 * of {@code sqrt(share (1 - share) * sum of squared lengths)}.
 *
 * <p>What may be taken is the old text's train split alone: what was held out once stays so.
 *
 * @param share of the old documents that is taken, 0 to 1
 * @param seed of the night
 */
public record ReplaySample(double share, long seed) {
  public ReplaySample {
    new Problems().inRange("share", share, 0, 1).throwIfAny();
  }

  /**
   * Takes about {@code ratio} old tokens for each new one; all old ones where there are fewer.
   *
   * @param ratio R, 0 to 1000
   * @param newTokens of the new text's train split
   * @param oldTokens of the train splits of all old text that may be taken
   * @param salt sets this draw apart from others of the same documents
   * @param night its date
   */
  public static ReplaySample of(
      double ratio, long newTokens, long oldTokens, String salt, LocalDate night) {
    new Problems()
        .inRange("replay.ratio", ratio, 0, 1000)
        .atLeast("new tokens", newTokens, 0)
        .atLeast("old tokens", oldTokens, 0)
        .present("replay.salt", salt, "give any text")
        .throwIfAny();
    byte[] name = (salt + "\0" + night).getBytes(StandardCharsets.UTF_8);
    long seed = new Hash128().hash(name, 0, name.length, 8, 9).low();
    return new ReplaySample(oldTokens == 0 ? 0 : Math.min(1, ratio * newTokens / oldTokens), seed);
  }

  /**
   * A document's key: where it stands, since copies of a text that hold the same words would
   * otherwise come all at once.
   *
   * @param dataset its manifest's fingerprint
   * @param position of its first token in the train split
   */
  public static long key(String dataset, long position) {
    byte[] name = dataset.getBytes(StandardCharsets.UTF_8);
    return new Hash128().hash(name, 0, name.length, position, 10).low();
  }

  /** Whether a document is taken; one that is, is so with a larger share, too. */
  public boolean takes(long key) {
    // 53 bits, as many as a double has: uniform in [0, 1).
    return (Hash128.mix(key ^ Hash128.mix(seed)) >>> 11) * 0x1.0p-53 < share;
  }
}
