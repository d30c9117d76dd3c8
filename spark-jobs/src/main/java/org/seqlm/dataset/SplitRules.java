package org.seqlm.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.seqlm.Problems;
import org.seqlm.text.Hash128;

/**
 * How much of a corpus goes to each split.
 *
 * @param method contiguous, hashed or hashed-words
 * @param train fraction, greater than 0
 * @param valid fraction
 * @param test fraction; the three sum to 1
 * @param salt decides hashed-words splits: models whose text was cut with another salt may have
 *     been trained on what is held out here
 * @param clusterField field of a record whose value decides the split in the text's place; null for
 *     none
 */
public record SplitRules(
    SplitMethod method,
    double train,
    double valid,
    double test,
    String salt,
    @JsonInclude(JsonInclude.Include.NON_NULL) String clusterField)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** The salt where nobody asks for another. */
  public static final String DEFAULT_SALT = "seqlm";

  public SplitRules {
    new Problems()
        .present("splits.method", method, "give contiguous, hashed or hashed-words")
        .present("splits.salt", salt, "give any text, such as " + DEFAULT_SALT)
        .require(
            clusterField == null || method != SplitMethod.CONTIGUOUS,
            "splits.cluster-field is of documents that are dealt out as wholes, but splits.method"
                + " is contiguous: give hashed-words:TRAIN,VALID,TEST or hashed (--splits)")
        .positive("splits.train", train)
        .inRange("splits.valid", valid, 0, 1)
        .inRange("splits.test", test, 0, 1)
        .require(
            Math.abs(train + valid + test - 1) < 1e-9,
            "splits.train, splits.valid and splits.test must sum to 1, but sum to "
                + (train + valid + test))
        .throwIfAny();
  }

  /** With the salt where nobody asks for another. */
  public SplitRules(SplitMethod method, double train, double valid, double test) {
    this(method, train, valid, test, DEFAULT_SALT);
  }

  /** By the documents' own text. */
  public SplitRules(SplitMethod method, double train, double valid, double test, String salt) {
    this(method, train, valid, test, salt, null);
  }

  /** The salt as the seed of {@link #split}. */
  public long saltSeed() {
    byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
    return new Hash128().hash(bytes, 0, bytes.length, 5, 6).low();
  }

  /**
   * Where a contiguous split cuts a stream of {@code tokens}: valid begins at the first position,
   * test at the second. The fractions count as the decimals they are written as.
   */
  public long[] cuts(long tokens) {
    BigDecimal n = BigDecimal.valueOf(tokens);
    BigDecimal first = BigDecimal.valueOf(train);
    BigDecimal second = first.add(BigDecimal.valueOf(valid));
    return new long[] {floor(first.multiply(n), tokens), floor(second.multiply(n), tokens)};
  }

  private static long floor(BigDecimal value, long most) {
    return Math.min(most, value.setScale(0, RoundingMode.FLOOR).longValueExact());
  }

  /** The split of a document by the hash of what identifies it. */
  public Split split(long documentHash, long seed) {
    // 53 bits, as many as a double has: uniform in [0, 1).
    double draw =
        (Hash128.mix(documentHash ^ Hash128.mix(seed + 0x9E3779B97F4A7C15L)) >>> 11) * 0x1.0p-53;
    if (draw < train) {
      return Split.TRAIN;
    }
    return draw < BigDecimal.valueOf(train).add(BigDecimal.valueOf(valid)).doubleValue()
        ? Split.VALID
        : Split.TEST;
  }
}
