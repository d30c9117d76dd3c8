package org.seqlm.spark.words;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.io.Wire;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.JoinedVocabulary;
import org.seqlm.vocab.MatchedWords;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.OrderedWords;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Joins vocabularies: words keep the ids that the first vocabulary gives them, and those that it
 * lacks come behind them, in the order of the other vocabularies and of the ids there. Few words
 * are joined by the driver ({@link JoinedVocabulary}). Of many it holds nothing: words are dealt
 * out by hash, so that the same ones meet in one part ({@link MatchedWords}); a part tells the
 * ranges of the other vocabularies' ids which of them are new, and each range answers with the
 * place of each among its new ones. These places, and how many new words the ranges before have,
 * are the new ids. So nothing depends on how many parts or ranges there are.
 */
public final class WordJoining {
  /** Places in what a share of the result tells before its words. */
  private static final int BYTES = 0;

  private static final int LINE_FEED = 1;
  private static final int COUNTED = 2;
  private static final int ABSENT = 3;
  private static final int LINE_ENDS = 4;

  /** The id of {@code </s>} where there is one. */
  static final int SENTENCE_END = 2;

  private WordJoining() {}

  /** What becomes of the counts of the vocabularies after the first. */
  public enum Operation {
    /** They are added to the first's. */
    ADD,
    /** They are taken from the first's, which has all of these words. */
    SUBTRACT
  }

  /**
   * What was joined.
   *
   * @param ids what those of each vocabulary after the first become
   * @param present ids of words that still appear, and reserved ones; null for all
   * @param files of the ids; null for none
   */
  public record Joined(CorpusVocabulary vocabulary, List<IdMap> ids, BitSet present, Files files)
      implements AutoCloseable {
    /** Lets go of the words on the executors' disks, and removes the files. */
    @Override
    public void close() {
      if (vocabulary instanceof SortedVocabulary sorted) {
        sorted.close();
      }
      if (files != null) {
        files.close();
      }
    }
  }

  /** Files that go once nobody needs them. */
  public record Files(Path folder, Configuration hadoop) implements AutoCloseable {
    @Override
    public void close() {
      IdMap.forget();
      try {
        folder.getFileSystem(hadoop).delete(folder, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Joins vocabularies of one kind of tokeniser.
   *
   * @param others at least one
   * @param folder for files that tasks read until the result is closed, of a name that no other
   *     has; its parent is there; not used if there are few words
   * @param progress is told of the words, if they are many
   * @throws UserException with exit code 3 if there are more words than ids, or what is to be
   *     subtracted is no part of the first
   */
  public static Joined join(
      JavaSparkContext spark,
      TokenizerKind kind,
      WordsById first,
      List<? extends WordsById> others,
      Operation operation,
      Path folder,
      Progress progress)
      throws IOException {
    long bytes = first.bytes() + others.stream().mapToLong(WordsById::bytes).sum();
    long mostBytes = DictionaryLimit.of(spark);
    if (bytes <= mostBytes) {
      return inMemory(spark, first, others, operation);
    }
    long words = first.size() + others.stream().mapToLong(WordsById::size).sum();
    progress.stage("match", words, "words");
    Joined joined = onExecutors(spark, kind, first, others, operation, folder, bytes, mostBytes);
    progress.update(words, "");
    return joined;
  }

  private static Joined inMemory(
      JavaSparkContext spark,
      WordsById first,
      List<? extends WordsById> others,
      Operation operation)
      throws IOException {
    JoinedVocabulary joined = new JoinedVocabulary(first.vocabulary());
    List<IdMap> ids = new ArrayList<>();
    for (WordsById other : others) {
      ids.add(
          IdMap.of(
              spark,
              operation == Operation.ADD
                  ? joined.add(other.vocabulary())
                  : joined.subtract(other.vocabulary())));
    }
    Vocabulary all = joined.vocabulary();
    BitSet present = joined.present();
    return new Joined(
        CorpusVocabulary.of(spark, all),
        ids,
        present.cardinality() == all.size() ? null : present,
        null);
  }

  private static Joined onExecutors(
      JavaSparkContext spark,
      TokenizerKind kind,
      WordsById first,
      List<? extends WordsById> others,
      Operation operation,
      Path folder,
      long bytes,
      long mostBytes) {
    long partBytes = WordRanking.partBytes(bytes, mostBytes);
    int parts = WordRanking.parts(bytes, spark.defaultParallelism(), partBytes);
    List<JavaRDD<NumberedWords>> all = new ArrayList<>(List.of(first.numbered(0)));
    others.forEach(other -> all.add(other.numbered(all.size())));
    JavaRDD<NumberedWords> words = dealt(union(spark, all), parts);
    IdMapRanges ranges =
        IdMapRanges.of(others.stream().mapToInt(WordsById::size).toArray(), partBytes);
    if (operation == Operation.SUBTRACT) {
      checkPart(words);
    }
    JavaRDD<Object> ranked = rank(words, operation, ranges);
    try {
      long[] before = ranges.firstFresh(ranked, first.size());
      long size = before[ranges.count()];
      JavaRDD<WordNumbers> places =
          Shuffles.byNumber(
                  ranked
                      .filter(one -> one instanceof WordNumbers)
                      .mapToPair(
                          one -> new Tuple2<>(((WordNumbers) one).part(), (WordNumbers) one)),
                  parts)
              .values();
      JavaRDD<MatchedWords> matched =
          words.zipPartitions(
              places,
              (blocks, some) -> List.of(numbered(blocks, some, operation, before)).iterator());
      List<IdMap> ids =
          ranges.write(spark, matched.flatMapToPair(part -> becoming(part, ranges)), folder);
      return sorted(
          spark,
          kind,
          matched,
          (int) size,
          bytes,
          partBytes,
          ids,
          new Files(folder, spark.hadoopConfiguration()));
    } finally {
      ranked.unpersist();
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaRDD<NumberedWords> union(
      JavaSparkContext spark, List<JavaRDD<NumberedWords>> all) {
    return spark.union((JavaRDD<NumberedWords>[]) all.toArray(new JavaRDD[0]));
  }

  /**
   * Deals words out by hash.
   *
   * @return a partition a part
   */
  static JavaRDD<NumberedWords> dealt(JavaRDD<NumberedWords> words, int parts) {
    return Shuffles.byNumber(
            words.flatMapToPair(block -> DealtWords.deal(block, parts).iterator()), parts)
        .values();
  }

  private static MatchedWords match(Iterator<NumberedWords> part, Operation operation) {
    List<NumberedWords> blocks = new ArrayList<>();
    part.forEachRemaining(blocks::add);
    return operation == Operation.ADD
        ? MatchedWords.added(blocks)
        : MatchedWords.subtracted(blocks);
  }

  private static void checkPart(JavaRDD<NumberedWords> words) {
    words
        .mapPartitions(
            part -> {
              MatchedWords.Excess excess = match(part, Operation.SUBTRACT).excess();
              return (excess == null ? List.<byte[]>of() : List.of(Wire.write(excess))).iterator();
            })
        .collect()
        .stream()
        .map(bytes -> (MatchedWords.Excess) Wire.read(bytes))
        .min(
            Comparator.comparingInt(MatchedWords.Excess::vocabulary)
                .thenComparingInt(MatchedWords.Excess::id))
        .ifPresent(
            excess -> {
              throw JoinedVocabulary.noPart(excess.token(), excess.here(), excess.there());
            });
  }

  /**
   * Has each range of the other vocabularies' ids put its new ones in order.
   *
   * @return of each range how many it has // (1), and the places among them of those that each part
   *     named
   */
  private static JavaRDD<Object> rank(
      JavaRDD<NumberedWords> words, Operation operation, IdMapRanges ranges) {
    return Shuffles.byNumber(
            words.mapPartitionsToPair(part -> fresh(match(part, operation), ranges)),
            ranges.count())
        .values()
        .mapPartitions(ranges::places)
        .persist(StorageLevel.DISK_ONLY());
  }

  /** A part's new ids by range. */
  private static Iterator<Tuple2<Integer, WordNumbers>> fresh(
      MatchedWords words, IdMapRanges ranges) {
    int part = TaskContext.getPartitionId();
    List<Tuple2<Integer, WordNumbers>> sent = new ArrayList<>();
    for (int from = 0; from < words.fresh(); ) {
      int range = ranges.range(words.origin(from), words.originalId(from));
      int to = from + 1;
      while (to < words.fresh() && ranges.range(words.origin(to), words.originalId(to)) == range) {
        to++;
      }
      int[] ids = new int[to - from];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = words.originalId(from + i);
      }
      sent.add(new Tuple2<>(range, new WordNumbers(part, range, ids)));
      from = to;
    }
    return sent.iterator();
  }

  private static MatchedWords numbered(
      Iterator<NumberedWords> blocks,
      Iterator<WordNumbers> places,
      Operation operation,
      long[] before) {
    MatchedWords words = match(blocks, operation);
    List<WordNumbers> byRange = new ArrayList<>();
    places.forEachRemaining(byRange::add);
    byRange.sort(Comparator.comparingInt(WordNumbers::chunk));
    int[] ids = new int[words.fresh()];
    int n = 0;
    for (WordNumbers some : byRange) {
      for (int place : some.numbers()) {
        ids[n++] = (int) (before[some.chunk()] + place);
      }
    }
    words.number(ids);
    return words;
  }

  /** What a part's words of the other vocabularies become. */
  private static Iterator<Tuple2<Integer, WordNumbers>> becoming(
      MatchedWords words, IdMapRanges ranges) {
    List<Tuple2<Integer, WordNumbers>> sent = new ArrayList<>();
    for (int block = 0; block < words.blocks().size(); block++) {
      NumberedWords some = words.blocks().get(block);
      if (some.vocabulary() > 0) {
        sent.addAll(ranges.pairs(some, words.become(block)));
      }
    }
    return sent.iterator();
  }

  /** Sorts the words of all parts by their ids. */
  private static Joined sorted(
      JavaSparkContext spark,
      TokenizerKind kind,
      JavaRDD<MatchedWords> matched,
      int size,
      long bytes,
      long partBytes,
      List<IdMap> ids,
      Files files) {
    int reserved = Vocabulary.reservedTokens(kind).size();
    // By the bytes of all that were joined, each word as often as there are vocabularies with it.
    int wordBytes = (int) Math.max(DictionaryLimit.WORD_BYTES, Math.min(1 << 20, bytes / size));
    IdRanges shares = IdRanges.of(size - reserved, wordBytes, partBytes);
    JavaRDD<Object> sorted =
        Shuffles.byNumber(
                matched.flatMapToPair(words -> byShare(words, shares, reserved)), shares.count())
            .values()
            .mapPartitionsWithIndex((share, some) -> inOrder(share, some, shares, reserved), true)
            .persist(StorageLevel.DISK_ONLY());
    try {
      List<Object> told = sorted.filter(one -> one instanceof long[]).collect();
      long[] offsets = new long[shares.count() + 1];
      long[] sum = new long[LINE_ENDS + 1];
      int lineFeed = -1;
      for (int share = 0; share < shares.count(); share++) {
        long[] one = (long[]) told.get(share);
        offsets[share + 1] = shares.to(share);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += one[i];
        }
        lineFeed = one[LINE_FEED] < 0 ? lineFeed : (int) one[LINE_FEED];
      }
      SortedVocabulary vocabulary =
          new SortedVocabulary(
              spark,
              sorted,
              kind,
              offsets,
              sum[BYTES] + (long) DictionaryLimit.WORD_BYTES * size,
              sum[COUNTED],
              sum[LINE_ENDS],
              lineFeed);
      return new Joined(vocabulary, ids, sum[ABSENT] == 0 ? null : vocabulary.present(), files);
    } catch (RuntimeException e) {
      sorted.unpersist();
      throw e;
    }
  }

  /** A part's words with their ids in the result, by share of these; reserved ones to the first. */
  private static Iterator<Tuple2<Integer, NumberedWords>> byShare(
      MatchedWords words, IdRanges shares, int reserved) {
    return new Iterator<>() {
      private int place;

      @Override
      public boolean hasNext() {
        return place < words.size();
      }

      private int share() {
        return shares.of(Math.max(0, words.id(place) - reserved));
      }

      @Override
      public Tuple2<Integer, NumberedWords> next() {
        int share = share();
        PackedTokens.Builder some = new PackedTokens.Builder();
        int first = place;
        for (; hasNext() && share() == share && !WordCounting.full(some); place++) {
          some.add(
              words.table().arena(),
              words.table().start(place),
              words.table().end(place),
              words.count(place));
        }
        int[] ids = new int[place - first];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = words.id(first + i);
        }
        return new Tuple2<>(share, new NumberedWords(0, ids, some.take()));
      }
    };
  }

  /** Tells of a share's words, and gives them in the order of their ids. */
  private static Iterator<Object> inOrder(
      int share, Iterator<NumberedWords> part, IdRanges shares, int reserved) {
    OrderedWords words =
        new OrderedWords(reserved, reserved + shares.from(share), reserved + shares.to(share));
    part.forEachRemaining(words::add);
    List<Object> result = new ArrayList<>();
    result.add(null); // what is told of all
    long[] told = new long[LINE_ENDS + 1];
    told[LINE_FEED] = -1;
    told[LINE_ENDS] = words.reservedCount(SENTENCE_END);
    PackedTokens.Builder block = new PackedTokens.Builder();
    words.read(
        (id, utf8, from, to, count) -> {
          told[BYTES] += to - from;
          told[COUNTED] += count;
          told[ABSENT] += count == 0 ? 1 : 0;
          if (to - from == 1 && utf8[from] == '\n') {
            told[LINE_FEED] = id;
          }
          block.add(utf8, from, to, count);
          if (WordCounting.full(block)) {
            result.add(block.take());
          }
        });
    if (block.size() > 0) {
      result.add(block.take());
    }
    result.set(0, told);
    return result.iterator();
  }
}
