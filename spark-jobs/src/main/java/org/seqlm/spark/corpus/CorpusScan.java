package org.seqlm.spark.corpus;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.BadKind;
import org.seqlm.corpus.BadRecordLimits;
import org.seqlm.corpus.CorpusPlan;
import org.seqlm.corpus.CorpusSource;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.LocalDictionary;
import org.seqlm.corpus.RangeDocuments;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.dataset.Split;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.spark.words.DealtWords;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * The first pass: the text, read once, as blocks of local ids that the executors keep. From it come
 * counts, a vocabulary, and by a second pass over the ids whatever is made of the tokens.
 */
public final class CorpusScan implements AutoCloseable {
  private final JavaSparkContext spark;
  private final CorpusSource source;
  private final TextRules rules;
  private final JavaRDD<RangePart> parts;
  private final JavaRDD<RangePart> heads;
  private final List<RangeSummary> summaries;
  private final long[] offsets;
  private final RangeSummary total;
  private final Map<String, Long> bad;

  private CorpusScan(
      JavaSparkContext spark,
      CorpusSource source,
      TextRules rules,
      JavaRDD<RangePart> parts,
      JavaRDD<RangePart> heads,
      List<RangeSummary> summaries) {
    this.spark = spark;
    this.source = source;
    this.rules = rules;
    this.parts = parts;
    this.heads = heads;
    this.summaries = summaries;
    offsets = new long[summaries.size() + 1];
    for (int i = 0; i < summaries.size(); i++) {
      offsets[i + 1] = offsets[i] + summaries.get(i).tokens();
    }
    total = RangeSummary.sum(summaries);
    bad = bad(total);
  }

  /** What was left out, by kind; empty if nothing was. */
  public static Map<String, Long> bad(RangeSummary total) {
    Map<String, Long> bad = new TreeMap<>();
    for (BadKind kind : BadKind.values()) {
      if (total.bad(kind) > 0) {
        bad.put(kind.label(), total.bad(kind));
      }
    }
    return bad;
  }

  /**
   * Reads the corpus.
   *
   * @throws UserException with exit code 3 if more is bad than the limits allow, or there are fewer
   *     than two tokens
   */
  public static CorpusScan read(
      JavaSparkContext spark,
      CorpusPlan plan,
      CorpusSource source,
      TextRules rules,
      Progress progress) {
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    List<RangeSummary> summaries;
    JavaRDD<RangePart> parts;
    JavaRDD<RangePart> heads;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "read", plan.bytes(), "bytes", "tokens")) {
      CorpusRdd corpus =
          new CorpusRdd(spark.sc(), plan.ranges(), conf, source, rules, stage.done(), stage.more());
      StorageLevel level = level(spark, plan);
      parts = corpus.toJavaRDD().persist(level);
      heads = parts.filter(part -> !(part instanceof LocalBlock)).persist(level);
      try {
        summaries = new ArrayList<>();
        for (RangePart part : heads.filter(head -> head instanceof RangeSummary).collect()) {
          summaries.add((RangeSummary) part);
        }
      } catch (RuntimeException e) {
        heads.unpersist();
        parts.unpersist();
        throw e;
      }
    }
    CorpusScan scan = new CorpusScan(spark, source, rules, parts, heads, summaries);
    try {
      scan.check();
      scan.tell(progress);
    } catch (RuntimeException e) {
      scan.close();
      throw e;
    }
    return scan;
  }

  /**
   * Where the first pass leaves what it made: on disk, as most of the memory is for counting, but
   * in memory where a text is so small that nobody misses it and there is but one process, whose
   * memory is known.
   */
  private static StorageLevel level(JavaSparkContext spark, CorpusPlan plan) {
    return spark.sc().isLocal() && plan.textFits(Runtime.getRuntime().maxMemory() / 16)
        ? StorageLevel.MEMORY_AND_DISK()
        : StorageLevel.DISK_ONLY();
  }

  private void check() {
    checkBad(source, summaries, total);
    if (total.tokens() - total.lineEnds() < 2) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the corpus %s has %,d %s (line ends not counted), but at least 2 are needed:"
                  + " give more text%s",
              String.join(" ", source.paths()),
              total.tokens() - total.lineEnds(),
              total.tokens() - total.lineEnds() == 1 ? "token" : "tokens",
              total.characters() > 2 ? ", or another tokenizer" : ""));
    }
  }

  /**
   * Holds what is bad against the limits.
   *
   * @throws UserException with exit code 3 if more is bad than they allow
   */
  public static void checkBad(
      CorpusSource source, List<RangeSummary> summaries, RangeSummary total) {
    Map<String, Long> bad = bad(total);
    BadRecordLimits limits = source.badRecords();
    long files = total.bad(BadKind.UNREADABLE_FILE);
    if (files > limits.maxUnreadableFiles()) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%,d unreadable-file, more than input.bad-records.max-unreadable-files %,d: the first"
                  + " is %s; mend or remove it, or raise the threshold",
              files,
              limits.maxUnreadableFiles(),
              total.firstBad(BadKind.UNREADABLE_FILE)));
    }
    long badRecords = bad.values().stream().mapToLong(Long::longValue).sum() - files;
    if (badRecords > limits.maxFraction() * total.records()) {
      BadKind first = null;
      for (RangeSummary range : summaries) {
        for (BadKind kind : BadKind.values()) {
          if (first == null && kind != BadKind.UNREADABLE_FILE && range.bad(kind) > 0) {
            first = kind;
          }
        }
      }
      String remedy =
          switch (first) {
            case OVER_LONG ->
                "raise input.max-record-bytes (now "
                    + source.maxRecordBytes()
                    + ") or the threshold";
            case MISSING_FIELD ->
                "give the right --text-field (now "
                    + source.textField()
                    + ") or raise the threshold";
            case BAD_JSON ->
                "mend them, give the right input.format (now "
                    + Json.name(source.format())
                    + "), or raise the threshold";
            default -> "mend them or raise the threshold";
          };
      StringBuilder kinds = new StringBuilder();
      bad.forEach(
          (kind, count) ->
              kinds
                  .append(kinds.length() == 0 ? "" : ", ")
                  .append(kind)
                  .append(' ')
                  .append(String.format(Locale.ROOT, "%,d", count)));
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%,d of %,d records are bad (%s), more than the fraction"
                  + " input.bad-records.max-fraction %s: the first %s is in %s; %s",
              badRecords,
              total.records(),
              kinds,
              limits.maxFraction(),
              first.label(),
              total.firstBad(first),
              remedy));
    }
  }

  private void tell(Progress progress) {
    tellBad(progress, total);
    if (total.reservedSpellings() > 0) {
      progress.message(
          String.format(
              Locale.ROOT,
              "%,d tokens of the text read <s>, </s>, <unk> or <UNK>; they are taken for unknown"
                  + " words",
              total.reservedSpellings()));
    }
  }

  public static void tellBad(Progress progress, RangeSummary total) {
    bad(total)
        .forEach(
            (kind, count) ->
                progress.message(
                    String.format(
                        Locale.ROOT,
                        "left out: %s %,d, the first in %s",
                        kind,
                        count,
                        total.firstBad(kindOf(kind)))));
  }

  private static BadKind kindOf(String label) {
    for (BadKind kind : BadKind.values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw new NoSuchElementException(label);
  }

  public JavaSparkContext spark() {
    return spark;
  }

  public TextRules rules() {
    return rules;
  }

  public List<RangeSummary> summaries() {
    return summaries;
  }

  /** Sums over all ranges. */
  public RangeSummary total() {
    return total;
  }

  /** Where each range begins in the stream, and at last the stream's length. */
  public long[] offsets() {
    return offsets;
  }

  public Map<String, Long> bad() {
    return bad;
  }

  public String fingerprint() {
    return total.fingerprint();
  }

  /**
   * A vocabulary and what it was made from.
   *
   * @param types different tokens before any limit
   */
  public record Ranked(Vocabulary vocabulary, long types) {}

  /**
   * Ranks the tokens of the train split. Dictionaries are cut by hash into as many parts as there
   * are tasks, each part's counts are added by one task, and what is left within the limits is
   * merged on the driver.
   *
   * @param tasks of the second stage; no result depends on it
   */
  public Ranked rank(TokenSplits runs, VocabularyLimits limits, int tasks) {
    int reducers = Math.max(1, tasks);
    TokenizerKind kind = rules.kind();
    int most = limits.candidates(kind);
    long minCount = limits.minCount();
    List<Tuple2<PackedTokens, long[]>> ranked =
        words(runs, reducers, Tails.LEAVE)
            .values()
            .mapPartitions(words -> add(words, minCount, most))
            .collect();
    long bytes = 0;
    long types = 0;
    long lineEnds = 0;
    for (Tuple2<PackedTokens, long[]> part : ranked) {
      bytes += part._1().arena().length;
      types += part._2()[0];
      lineEnds += part._2()[1];
    }
    if (bytes > Integer.MAX_VALUE - 1024) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the vocabulary has %,d tokens of %,d bytes together, more than one table holds (2"
                  + " GiB): give vocabulary.max-size or a larger vocabulary.min-count",
              types,
              bytes));
    }
    List<PackedTokens> parts = ranked.stream().map(Tuple2::_1).toList();
    return new Ranked(Vocabularies.of(kind, parts, lineEnds, limits), types);
  }

  /** Whether the last words of ranges are asked for, too. */
  public enum Tails {
    LEAVE,
    ASK
  }

  /**
   * The words of the train split with their counts, range by range, dealt out by hash.
   *
   * @param reducers parts
   */
  public JavaPairRDD<Integer, DealtWords> words(TokenSplits runs, int reducers, Tails tails) {
    int reserved = Vocabulary.reservedTokens(rules.kind()).size();
    return Shuffles.byNumber(
        heads
            .zipPartitions(parts, (h, p) -> count(runs, reserved, h, p, reducers, tails))
            .mapToPair(pair -> pair),
        reducers);
  }

  /** What the ranges have beside their blocks. */
  public JavaRDD<RangePart> heads() {
    return heads;
  }

  private static Iterator<Tuple2<Integer, DealtWords>> count(
      TokenSplits runs,
      int reserved,
      Iterator<RangePart> heads,
      Iterator<RangePart> parts,
      int reducers,
      Tails tails) {
    int range = TaskContext.getPartitionId();
    Split whole = runs.whole(range);
    if (whole == null) {
      return countSome(runs, range, reserved, heads, parts, reducers);
    }
    if (whole != Split.TRAIN) {
      return Collections.emptyIterator();
    }
    // A dictionary at a time: all those of a range may be large.
    return new Iterator<>() {
      private final Deque<Tuple2<Integer, DealtWords>> ready = new ArrayDeque<>();
      private int chunk;

      @Override
      public boolean hasNext() {
        while (ready.isEmpty() && heads.hasNext()) {
          RangePart head = heads.next();
          if (head instanceof LocalDictionary dictionary) {
            PackedTokens tokens = dictionary.tokens();
            send(range, chunk++, tokens, tokens.counts(), reducers, ready);
          } else if (head instanceof RangeSummary summary) {
            sendLineEnds(range, reserved > 1 ? summary.lineEnds() : 0, ready);
            if (tails == Tails.ASK) {
              sendTail(range, summary.tail(), reducers, ready);
            }
          }
        }
        return !ready.isEmpty();
      }

      @Override
      public Tuple2<Integer, DealtWords> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.poll();
      }
    };
  }

  /** The counts of a range of which only some is in the train split. */
  private static Iterator<Tuple2<Integer, DealtWords>> countSome(
      TokenSplits runs,
      int range,
      int reserved,
      Iterator<RangePart> heads,
      Iterator<RangePart> parts,
      int reducers) {
    List<PackedTokens> dictionaries = new ArrayList<>();
    List<long[]> counts = new ArrayList<>();
    RangeDocuments documents = null;
    while (heads.hasNext()) {
      RangePart head = heads.next();
      if (head instanceof LocalDictionary dictionary) {
        dictionaries.add(dictionary.tokens());
        counts.add(new long[reserved + dictionary.tokens().size()]);
      } else if (head instanceof RangeDocuments found) {
        documents = found;
      }
    }
    TokenSplits.Cursor cursor = runs.cursor(range, documents);
    while (parts.hasNext()) {
      if (parts.next() instanceof LocalBlock block) {
        long[] chunk = counts.get(block.chunk());
        int[] tokens = block.tokens();
        for (int i = 0; i < tokens.length; i++) {
          if (cursor.at(block.offset() + i) == Split.TRAIN) {
            chunk[tokens[i]]++;
          }
        }
      }
    }
    List<Tuple2<Integer, DealtWords>> counted = new ArrayList<>();
    long lineEnds = 0;
    for (int k = 0; k < counts.size(); k++) {
      long[] chunk = counts.get(k);
      lineEnds += reserved > 1 ? chunk[2] : 0;
      long[] words = Arrays.copyOfRange(chunk, reserved, chunk.length);
      send(range, k, dictionaries.get(k), words, reducers, counted);
    }
    sendLineEnds(range, lineEnds, counted);
    return counted.iterator();
  }

  private static void send(
      int range,
      int chunk,
      PackedTokens words,
      long[] counts,
      int reducers,
      Collection<Tuple2<Integer, DealtWords>> sent) {
    PackedTokens[] dealt = DealtWords.deal(words, counts, reducers);
    for (int reducer = 0; reducer < reducers; reducer++) {
      if (dealt[reducer] != null) {
        sent.add(new Tuple2<>(reducer, new DealtWords(range, chunk, dealt[reducer])));
      }
    }
  }

  private static void sendLineEnds(
      int range, long lineEnds, Collection<Tuple2<Integer, DealtWords>> sent) {
    if (lineEnds > 0) {
      PackedTokens ends = new PackedTokens(new byte[0], new int[] {0}, new long[] {lineEnds});
      sent.add(new Tuple2<>(0, new DealtWords(range, DealtWords.LINE_ENDS, ends)));
    }
  }

  private static void sendTail(
      int range, byte[][] tail, int reducers, Collection<Tuple2<Integer, DealtWords>> sent) {
    PackedTokens.Builder words = new PackedTokens.Builder();
    for (byte[] token : tail) {
      if (token.length > 0) {
        words.add(token, 0, token.length, 1);
      }
    }
    PackedTokens packed = words.take();
    send(range, DealtWords.TAIL, packed, packed.counts(), reducers, sent);
  }

  /** Adds the counts of one part of the words; gives how many line ends stand among them. */
  public static long addTo(TokenCounts counts, Iterator<DealtWords> words) {
    long lineEnds = 0;
    while (words.hasNext()) {
      DealtWords some = words.next();
      if (some.chunk() == DealtWords.LINE_ENDS) {
        lineEnds += some.tokens().counts()[0];
      } else if (some.chunk() != DealtWords.TAIL) {
        counts.addAll(some.tokens());
      }
    }
    return lineEnds;
  }

  /** Adds the counts of one part of the words; gives the ranked ones, and types and line ends. */
  private static Iterator<Tuple2<PackedTokens, long[]>> add(
      Iterator<DealtWords> words, long minCount, int most) {
    TokenCounts counts = new TokenCounts(1 << 10);
    long lineEnds = addTo(counts, words);
    return List.of(
            new Tuple2<>(counts.ranked(minCount, most), new long[] {counts.size(), lineEnds}))
        .iterator();
  }

  /** What a second pass makes of one range. */
  @FunctionalInterface
  public interface SecondPass<R> extends java.io.Serializable {
    /**
     * Makes what comes of one range.
     *
     * @param range index
     * @param heads everything of the range but its blocks
     * @param blocks {@link LocalBlock}s in their order
     */
    Iterator<R> run(int range, Iterator<RangePart> heads, Iterator<LocalBlock> blocks)
        throws IOException;
  }

  /** Goes over the ids, range by range. */
  public <R> JavaRDD<R> secondPass(SecondPass<R> pass) {
    return heads.zipPartitions(
        parts, (h, p) -> pass.run(TaskContext.getPartitionId(), h, blocks(p)));
  }

  /** What a pass makes of one range whose words' ids are known already. */
  @FunctionalInterface
  public interface NumberedPass<R> extends java.io.Serializable {
    /** Makes what comes of one range. */
    Iterator<R> run(int range, AssignedIds numbers, Iterator<LocalBlock> blocks);
  }

  /** Goes over the ids, range by range. */
  public <R> JavaRDD<R> numberedPass(JavaRDD<AssignedIds> numbers, NumberedPass<R> pass) {
    return numbers.zipPartitions(
        parts, (n, p) -> pass.run(TaskContext.getPartitionId(), n.next(), blocks(p)));
  }

  private static Iterator<LocalBlock> blocks(Iterator<RangePart> parts) {
    return new Iterator<>() {
      private LocalBlock next;

      @Override
      public boolean hasNext() {
        while (next == null && parts.hasNext()) {
          if (parts.next() instanceof LocalBlock block) {
            next = block;
          }
        }
        return next != null;
      }

      @Override
      public LocalBlock next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        LocalBlock block = next;
        next = null;
        return block;
      }
    };
  }

  @Override
  public void close() {
    heads.unpersist();
    parts.unpersist();
  }
}
