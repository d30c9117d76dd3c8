package org.seqlm.spark.tokens;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.History;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.RangeIds;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.spark.words.MemoryVocabulary;
import org.seqlm.spark.words.WordRanking;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** A corpus as one stream of token ids with the vocabulary of all of it. */
public final class TokenizedCorpus implements AutoCloseable {
  /** The most tokens that {@link #blocks} can show before a block. */
  public static final int MAX_REACH = RangeSummary.MAX_TAIL;

  private final CorpusScan scan;
  private final WordRanking.Result words;
  private final long unknown;

  private TokenizedCorpus(CorpusScan scan, WordRanking.Result words) {
    this.scan = scan;
    this.words = words;
    CorpusVocabulary known = words.vocabulary();
    unknown = scan.total().tokens() - known.counted() - known.lineEnds();
  }

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
    try {
      CorpusPlan plan = CorpusPlan.of(spark.hadoopConfiguration(), source);
      return read(spark, plan, source, rules, limits, progress);
    } catch (IOException e) {
      throw UserException.platform("the input cannot be listed: " + e.getMessage(), e);
    }
  }

  public static TokenizedCorpus read(
      JavaSparkContext spark,
      CorpusPlan plan,
      CorpusSource source,
      TextRules rules,
      VocabularyLimits limits,
      Progress progress) {
    CorpusScan scan =
        CorpusScan.read(
            spark, plan, source, rules, SplitMethod.CONTIGUOUS, DocumentFields.NONE, progress);
    try {
      return new TokenizedCorpus(
          scan,
          WordRanking.rank(
              scan,
              TokenSplits.all(scan.offsets()),
              limits,
              spark.defaultParallelism(),
              DictionaryLimit.of(spark)));
    } catch (RuntimeException e) {
      scan.close();
      throw e;
    }
  }

  /**
   * The vocabulary of all of the text.
   *
   * @throws IllegalStateException if it is not in memory
   */
  public Vocabulary vocabulary() {
    if (words.vocabulary() instanceof MemoryVocabulary memory) {
      return memory.vocabulary();
    }
    throw new IllegalStateException("the vocabulary is too large for one memory");
  }

  /** The vocabulary of all of the text, wherever it is. */
  public CorpusVocabulary words() {
    return words.vocabulary();
  }

  /** Tokens of the whole stream, {@code </s>} included. */
  public long tokens() {
    return scan.total().tokens();
  }

  /** Code points of the normalised text, line feeds included. */
  public long characters() {
    return scan.total().characters();
  }

  /** Records, that is lines. */
  public long lines() {
    return scan.total().lines();
  }

  public long documents() {
    return scan.total().documents();
  }

  /** Tokens outside the vocabulary. */
  public long unknown() {
    return unknown;
  }

  /** Different tokens in the text, before any limit. */
  public long types() {
    return words.types();
  }

  /** Tokens of the text that read like a reserved one; they are unknown words. */
  public long reservedSpellings() {
    return scan.total().reservedSpellings();
  }

  /** The sum modulo 2^128 of the hashes of (path, offset, record), in hexadecimal. */
  public String fingerprint() {
    return scan.fingerprint();
  }

  /** What was left out, by kind; empty if nothing was. */
  public Map<String, Long> badRecords() {
    return scan.bad();
  }

  /**
   * The stream, one partition a range of the input, blocks of up to 2^20 tokens in the stream's
   * order.
   *
   * @param reach tokens wanted before each block, 0 to {@link #MAX_REACH}; line ends that follow
   *     each other are one
   */
  public JavaRDD<TokenBlock> blocks(int reach) {
    if (reach < 0 || reach > MAX_REACH) {
      throw new IllegalArgumentException("reach must be 0 to " + MAX_REACH + ", but is " + reach);
    }
    // Each range's blocks reach back to the ends of the ranges before it.
    int n = scan.summaries().size();
    int[][] before = new int[n][];
    int[][] beforeStarts = new int[n][];
    int lineEnd = words.vocabulary().sentenceEnd();
    History history = new History(reach, lineEnd);
    for (int i = 0; i < n; i++) {
      before[i] = history.ids();
      beforeStarts[i] = history.documentStarts();
      history.read(words.tails()[i], scan.summaries().get(i).tailDocuments());
    }
    long[] offsets = scan.offsets();
    if (words.ids() != null) {
      return scan.numberedPass(
          words.ids(),
          (range, ids, asides, blocks) -> {
            History here = new History(reach, lineEnd);
            here.read(before[range], beforeStarts[range]);
            return map(
                block -> RangeIds.map(block, ids.chunks()[block.chunk()]),
                offsets[range],
                here,
                blocks);
          });
    }
    Broadcast<Vocabulary> shared = scan.spark().broadcast(vocabulary());
    return scan.secondPass(
        (range, asides, blocks) -> {
          History here = new History(reach, lineEnd);
          here.read(before[range], beforeStarts[range]);
          RangeIds ids = new RangeIds(asides, shared.value());
          return map(ids::map, offsets[range], here, blocks);
        });
  }

  private static Iterator<TokenBlock> map(
      Function<LocalBlock, int[]> ids, long offset, History history, Iterator<LocalBlock> blocks) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return blocks.hasNext();
      }

      @Override
      public TokenBlock next() {
        LocalBlock block = blocks.next();
        int[] tokens = ids.apply(block);
        TokenBlock mapped =
            new TokenBlock(
                offset + block.offset(),
                history.ids(),
                tokens,
                history.documentStartsWith(block.documentStarts()));
        history.read(tokens, block.documentStarts());
        return mapped;
      }
    };
  }

  /** Lets go of what Spark keeps on disk for it. */
  @Override
  public void close() {
    words.close();
    scan.close();
  }
}
