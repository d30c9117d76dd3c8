package org.seqlm.spark;

import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.dataset.TokenBlock;
import org.seqlm.report.Progress;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** A corpus as one stream of token ids with the vocabulary of all of it. */
public final class TokenizedCorpus implements AutoCloseable {
  /** The most tokens that {@link #blocks} can show before a block. */
  public static final int MAX_REACH = 64;

  private TokenizedCorpus() {}

  /**
   * Reads the text once and ranks its tokens.
   *
   * @throws org.seqlm.UserException with exit code 3 if an input is missing, there are fewer than
   *     two tokens, or more is bad than the limits allow
   */
  public static TokenizedCorpus read(
      JavaSparkContext spark,
      CorpusSource source,
      TextRules rules,
      VocabularyLimits limits,
      Progress progress) {
    throw new UnsupportedOperationException("being written");
  }

  public Vocabulary vocabulary() {
    throw new UnsupportedOperationException();
  }

  /** Tokens of the whole stream, {@code </s>} included. */
  public long tokens() {
    throw new UnsupportedOperationException();
  }

  /** Code points of the normalised text, line feeds included. */
  public long characters() {
    throw new UnsupportedOperationException();
  }

  /** Records, that is lines. */
  public long lines() {
    throw new UnsupportedOperationException();
  }

  public long documents() {
    throw new UnsupportedOperationException();
  }

  /** Tokens outside the vocabulary. */
  public long unknown() {
    throw new UnsupportedOperationException();
  }

  /** Different tokens in the text, before any limit. */
  public long types() {
    throw new UnsupportedOperationException();
  }

  /** The sum modulo 2^128 of the hashes of (path, offset, record), in hexadecimal. */
  public String fingerprint() {
    throw new UnsupportedOperationException();
  }

  /** What was left out, by kind; empty if nothing was. */
  public Map<String, Long> badRecords() {
    throw new UnsupportedOperationException();
  }

  /**
   * The stream, one partition a range of the input, blocks of up to 2^20 tokens in the stream's
   * order.
   *
   * @param reach tokens wanted before each block, 0 to {@link #MAX_REACH}
   */
  public JavaRDD<TokenBlock> blocks(int reach) {
    throw new UnsupportedOperationException();
  }

  /** Lets go of what Spark keeps on disk for it. */
  @Override
  public void close() {}
}
