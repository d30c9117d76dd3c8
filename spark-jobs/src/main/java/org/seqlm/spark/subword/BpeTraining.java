package org.seqlm.spark.subword;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.text.Hash128;
import org.seqlm.text.subword.BpeMerges;
import org.seqlm.text.subword.BpeRules;
import org.seqlm.text.subword.BpeTrainer;
import org.seqlm.text.subword.TextShape;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import scala.Tuple2;

/**
 * Byte-level BPE of a text. Tasks hold a table of bounded size, the driver the most frequent
 * different stretches and the pairs in them.
 */
public final class BpeTraining {
  /** Different stretches that a part may have before it is added up in several passes. */
  private static final long PART_BYTES = 256L << 20;

  /** Bytes that a byte of kept counts takes in a table, more or less. */
  private static final long TABLE_BYTES = 5;

  private static final int MOST_PARTS = 1 << 12;
  private static final int BLOCK_BYTES = 1 << 20;

  /** Of hashes that words of one count are chosen by. */
  private static final int HASHES = 1 << 16;

  /** Bytes of a word that is learned from, in the mean, at most. */
  static final int WORD_BYTES = 32;

  /** Bytes of all words that are learned from. */
  private static final long MOST_BYTES = 1L << 30;

  private BpeTraining() {}

  /**
   * How much is learned from.
   *
   * @param minCount of a stretch
   * @param most different stretches, those with the greatest counts; of the last count that some
   *     have, those with the least hashes, so that they are like the others of it
   * @param tasks that add counts; 0 for as many as suit the cluster; no result depends on it
   */
  public record Limits(long minCount, int most, int tasks) {
    /**
     * Bytes of those stretches: so many for each of {@link #most}, and no more than a table takes.
     * Ordinary words have about ten; a text of lines without a space, such as base64, has {@value
     * StretchCounts#MOST_BYTES}.
     */
    long mostBytes() {
      return Math.min(MOST_BYTES, Math.max(StretchCounts.MOST_BYTES, (long) WORD_BYTES * most));
    }
  }

  /**
   * What was learned.
   *
   * @param words the stretches that it was learned from, with their counts, by falling count
   * @param total of all ranges
   * @param stretches of the text
   * @param bytes of them, as normalised
   * @param types different stretches
   * @param state of all texts together
   * @param files of the counts that are kept
   * @param cut stretches that were cut at {@value StretchCounts#MOST_BYTES} bytes, once for each
   *     cut
   */
  public record Result(
      BpeMerges merges,
      PackedTokens words,
      RangeSummary total,
      long stretches,
      long bytes,
      long types,
      long cut,
      StretchState state,
      List<FileEntry> files) {
    public Result {
      files = List.copyOf(files);
    }
  }

  /**
   * Reads a text once and learns of it and of what came before.
   *
   * @param earlier counts of other texts, to which its own are added; null for none
   * @param keep the folder in which the counts of all are kept; null for nowhere
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow, with 2
   *     if the earlier counts are of this text, too
   */
  public static Result of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      TextShape shape,
      BpeRules rules,
      Limits limits,
      KeptStretches earlier,
      String keep,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    int parts =
        limits.tasks > 0
            ? limits.tasks
            : (int)
                Math.min(
                    MOST_PARTS,
                    Math.max(
                        spark.defaultParallelism(),
                        (plan.bytes() + keptBytes(earlier)) / PART_BYTES + 1));
    Counted counted;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "count", plan.bytes(), "bytes", "stretches")) {
      counted =
          count(
              source,
              new RangeStretches(
                  spark.sc(), plan, conf, source, shape, parts, stage.done(), stage.more()),
              earlier,
              parts,
              limits,
              keep,
              conf);
    }
    BadRecords.tell(progress, counted.total);
    progress.stage("merge", rules.vocabularySize(), "tokens");
    BpeMerges merges = BpeTrainer.train(counted.words, rules);
    progress.update(merges.size(), "");
    StretchState state = state(counted, shape, earlier);
    return new Result(
        merges,
        counted.words,
        counted.total,
        state.stretches(),
        state.bytes(),
        counted.totals.types(),
        state.cut(),
        state,
        counted.files);
  }

  /** Bytes of text that would take as much room as what is kept. */
  private static long keptBytes(KeptStretches earlier) {
    return earlier == null ? 0 : TABLE_BYTES * earlier.bytes();
  }

  private static StretchState state(Counted counted, TextShape shape, KeptStretches earlier) {
    StretchState before = earlier == null ? null : earlier.state();
    List<String> texts = new ArrayList<>(before == null ? List.of() : before.fingerprints());
    texts.add(counted.total.fingerprint());
    return new StretchState(
        StretchState.FORMAT,
        texts,
        shape,
        counted.total.lines() + (before == null ? 0 : before.lines()),
        counted.totals.stretches() + (before == null ? 0 : before.stretches()),
        counted.totals.bytes() + (before == null ? 0 : before.bytes()),
        counted.totals.cut() + (before == null ? 0 : before.cut()),
        counted.files.stream().map(FileEntry::path).toList());
  }

  private record Counted(
      PackedTokens words, StretchTotals totals, RangeSummary total, List<FileEntry> files) {}

  private static Counted count(
      CorpusSource source,
      RangeStretches ranges,
      KeptStretches earlier,
      int parts,
      Limits limits,
      String keep,
      Broadcast<SharedSettings> conf) {
    long least = Math.max(1, limits.minCount);
    // More text may make what is rare frequent.
    long kept = keep == null ? least : 1;
    JavaRDD<Tuple2<Integer, Object>> read = ranges.toJavaRDD();
    if (earlier != null) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(ranges.sparkContext());
      read = read.union(earlier.dealt(spark, conf, parts));
    }
    JavaRDD<Object> counted =
        Shuffles.byNumber(read.mapToPair(dealt -> dealt), parts)
            .values()
            .mapPartitions(words -> added(words, kept))
            .persist(StorageLevel.DISK_ONLY());
    try {
      StretchTotals totals =
          Shuffles.inTree(
              counted.filter(StretchTotals.class::isInstance).map(StretchTotals.class::cast),
              new StretchTotals(),
              StretchTotals::plus);
      RangeSummary total = RangeSummary.sum(totals.summaries());
      BadRecords.check(source, totals.summaries(), total);
      if (earlier != null) {
        earlier.requireNew(source, total.fingerprint());
      }
      Choice choice = choose(counted, totals, limits);
      TokenCounts chosen = new TokenCounts(1 << 10);
      for (PackedTokens words :
          words(counted).map(choice::of).filter(words -> words.size() > 0).collect()) {
        chosen.addAll(words);
      }
      return new Counted(
          chosen.ranked(least, Integer.MAX_VALUE),
          totals,
          total,
          keep == null ? List.of() : KeptStretches.write(counted, keep, conf));
    } finally {
      counted.unpersist();
    }
  }

  private static JavaRDD<PackedTokens> words(JavaRDD<Object> counted) {
    return counted.filter(PackedTokens.class::isInstance).map(PackedTokens.class::cast);
  }

  /**
   * Which words are learned from.
   *
   * @param lowest bucket of counts from which all are
   * @param hashes of the bucket below, those whose hash is below this are, 0 to {@value #HASHES}
   */
  private record Choice(int lowest, int hashes) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    PackedTokens of(PackedTokens words) {
      PackedTokens.Builder chosen = new PackedTokens.Builder();
      for (int i = 0; i < words.size(); i++) {
        int bucket = StretchTotals.bucket(words.counts()[i]);
        if (bucket >= lowest || (bucket == lowest - 1 && hash(words, i) < hashes)) {
          chosen.add(words.arena(), words.start(i), words.end(i), words.counts()[i]);
        }
      }
      return chosen.take();
    }
  }

  private static int hash(PackedTokens words, int i) {
    return (int) (Hash128.of(words.arena(), words.start(i), words.end(i)) >>> 48);
  }

  private static Choice choose(JavaRDD<Object> counted, StretchTotals totals, Limits limits) {
    int lowest = totals.lowest(limits.most(), limits.mostBytes());
    if (lowest == 0) {
      return new Choice(0, 0);
    }
    long[] hashes =
        Shuffles.inTree(
            words(counted).mapPartitions(some -> hashes(some, lowest - 1)),
            new long[0],
            BpeTraining::sum);
    long left = limits.most() - totals.typesFrom(lowest);
    long leftBytes = limits.mostBytes() - totals.bytesFrom(lowest);
    int below = 0;
    while (below < HASHES && hashes[below] <= left && hashes[HASHES + below] <= leftBytes) {
      left -= hashes[below];
      leftBytes -= hashes[HASHES + below];
      below++;
    }
    return new Choice(lowest, below);
  }

  /** How many words of a bucket have each hash, and then the bytes of these. */
  private static Iterator<long[]> hashes(Iterator<PackedTokens> some, int bucket) {
    long[] hashes = new long[2 * HASHES];
    while (some.hasNext()) {
      PackedTokens words = some.next();
      for (int i = 0; i < words.size(); i++) {
        if (StretchTotals.bucket(words.counts()[i]) == bucket) {
          hashes[hash(words, i)]++;
          hashes[HASHES + hash(words, i)] += words.length(i);
        }
      }
    }
    return List.of(hashes).iterator();
  }

  private static long[] sum(long[] some, long[] others) {
    if (some.length == 0 || others.length == 0) {
      return some.length == 0 ? others : some;
    }
    long[] sum = some.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += others[i];
    }
    return sum;
  }

  /**
   * Adds a part's counts: in how many passes, then its words by falling count in each pass, in
   * blocks, and then its totals.
   */
  private static Iterator<Object> added(Iterator<Object> dealt, long least) throws IOException {
    SpilledStretches all =
        new SpilledStretches(TaskMemory.spill(RangeStretches.FRACTION, "seqlm-stretches"));
    TaskContext.get()
        .addTaskCompletionListener(
            (org.apache.spark.util.TaskCompletionListener)
                ended -> {
                  try {
                    all.close();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    StretchTotals totals = new StretchTotals();
    while (dealt.hasNext()) {
      Object next = dealt.next();
      if (next instanceof StretchTotals range) {
        totals = totals.plus(range);
      } else {
        all.add(0, (PackedTokens) next);
      }
    }
    long share = Math.max(1 << 12, TaskMemory.share(RangeStretches.FRACTION));
    int passes = (int) Math.min(1 << 12, all.memory() / share + 1);
    return new Passes(all, passes, least, totals);
  }

  /** Adds some of the words at a time, chosen by other bits of their hash than their part was. */
  private static final class Passes implements Iterator<Object> {
    private final SpilledStretches all;
    private final int passes;
    private final long least;
    private final StretchTotals totals;
    private PackedTokens words;
    private int at;
    private int pass;
    private boolean begun;
    private boolean ended;

    Passes(SpilledStretches all, int passes, long least, StretchTotals totals) {
      this.all = all;
      this.passes = passes;
      this.least = least;
      this.totals = totals;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public Object next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      if (!begun) {
        begun = true;
        return passes;
      }
      while ((words == null || at == words.size()) && pass < passes) {
        try {
          words = add(pass++);
          at = 0;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      if (at == words.size()) {
        ended = true;
        return totals;
      }
      PackedTokens.Builder block = new PackedTokens.Builder();
      while (at < words.size() && block.bytes() < BLOCK_BYTES) {
        block.add(words.arena(), words.start(at), words.end(at), words.counts()[at]);
        at++;
      }
      return block.take();
    }

    private int pass(PackedTokens some, int i) {
      long hash = Hash128.of(some.arena(), some.start(i), some.end(i));
      return (int) Long.remainderUnsigned(hash * 0x9E3779B97F4A7C15L >>> 24, passes);
    }

    private PackedTokens add(int number) throws IOException {
      TokenCounts counts = new TokenCounts(1 << 10);
      Iterator<Tuple2<Integer, PackedTokens>> read = all.read();
      while (read.hasNext()) {
        PackedTokens some = read.next()._2();
        if (passes == 1) {
          counts.addAll(some);
          continue;
        }
        for (int i = 0; i < some.size(); i++) {
          if (pass(some, i) == number) {
            counts.add(some.arena(), some.start(i), some.end(i), some.counts()[i]);
          }
        }
      }
      for (int id = 0; id < counts.size(); id++) {
        if (counts.count(id) >= least) {
          totals.type(counts.count(id), counts.table().end(id) - counts.table().start(id));
        } else {
          totals.rare();
        }
      }
      return counts.ranked(least, Integer.MAX_VALUE);
    }
  }
}
