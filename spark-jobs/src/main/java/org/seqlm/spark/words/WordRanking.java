package org.seqlm.spark.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.UserException;
import org.seqlm.corpus.LocalDictionary;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.spark.corpus.AssignedIds;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.RankedMerge;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * Ranks the words of a text that may be too many for one memory. Words are dealt out by hash and
 * their counts added; each part's words are sorted and cut where samples say that equal shares of
 * all words end; each share is merged, so that a word's place in its share and the sizes of the
 * shares before it are its id. Then the ids go back the same way, as arrays without words: to the
 * parts, and from there to the ranges.
 */
public final class WordRanking {
  /** What a word takes in memory beside its UTF-8, more or less. */
  static final int WORD_BYTES = 32;

  /** Samples of the words that a task has, so that shares are even to about an eighth. */
  private static final int SAMPLES = 64;

  private static final int SAMPLE_BYTES = 64;
  private static final int LEAST_PART = 16 << 10;
  private static final int MOST_PART = 32 << 20;
  private static final int MOST_PARTS = 1 << 16;
  private static final int BLOCK_BYTES = 1 << 20;

  /** Places in the numbers that a sorted share tells before the runs of its counts. */
  private static final int WORDS = 0;

  private static final int BYTES = 1;
  private static final int LINE_FEED = 2;
  private static final int RUNS = 3;

  private WordRanking() {}

  /**
   * The words of a text.
   *
   * @param types different tokens before any limit
   * @param numbers what the ranges' local ids mean, one element a range; null where the vocabulary
   *     is in memory
   * @param tails ids of the ranges' last tokens // (ranges, tokens)
   */
  public record Result(
      CorpusVocabulary vocabulary, long types, JavaRDD<AssignedIds> numbers, int[][] tails)
      implements AutoCloseable {
    @Override
    public void close() {
      if (vocabulary instanceof SortedVocabulary sorted) {
        sorted.close();
        numbers.unpersist();
      }
    }
  }

  /**
   * Ranks all words.
   *
   * @param tasks at least, where words are added; no result depends on it
   * @param mostBytes that the words may take for the vocabulary to be in memory: UTF-8 and {@link
   *     #WORD_BYTES} each
   */
  public static Result rank(CorpusScan scan, VocabularyLimits limits, int tasks, long mostBytes) {
    RangeSummary total = scan.total();
    long upperBound = total.typeBytes() + WORD_BYTES * total.types();
    if (upperBound <= mostBytes) {
      return inMemory(scan, scan.rank(TokenSplits.all(scan.offsets()), limits, tasks));
    }
    long partBytes = Math.max(LEAST_PART, Math.min(MOST_PART, mostBytes / 4));
    long wanted = upperBound / partBytes + 1;
    int parts = (int) Math.max(tasks, Math.min(MOST_PARTS, wanted));
    TokenizerKind kind = scan.rules().kind();
    int reserved = Vocabulary.reservedTokens(kind).size();
    long minCount = limits.minCount();
    int most = limits.maxSize() == 0 ? Integer.MAX_VALUE : limits.maxSize();
    int candidates = limits.candidates(kind);

    JavaPairRDD<Integer, DealtWords> words =
        scan.words(TokenSplits.all(scan.offsets()), parts, CorpusScan.Tails.ASK);
    JavaRDD<Object> added =
        words
            .values()
            .mapPartitions(part -> add(part, kind, minCount, candidates))
            .persist(StorageLevel.DISK_ONLY());
    try {
      long spacing = Math.max(1, partBytes / SAMPLES);
      List<Tuple2<long[], PackedTokens>> sampled =
          added.mapPartitions(part -> sample(part, spacing)).collect();
      long types = 0;
      long lineEnds = 0;
      long bytes = 0;
      for (Tuple2<long[], PackedTokens> part : sampled) {
        types += part._1()[0];
        lineEnds += part._1()[1];
        bytes += part._1()[2];
      }
      if (bytes <= mostBytes) {
        TokenCounts all = new TokenCounts(1 << 10);
        blocks(added).collect().forEach(all::addAll);
        Vocabulary vocabulary = Vocabularies.rank(kind, all, lineEnds, limits);
        return inMemory(scan, new CorpusScan.Ranked(vocabulary, types));
      }
      PackedTokens bounds = bounds(sampled.stream().map(Tuple2::_2).toList());
      JavaRDD<Object> sorted =
          Shuffles.byNumber(added.mapPartitionsToPair(part -> cut(part, bounds)), bounds.size() + 1)
              .values()
              .mapPartitions(WordRanking::sort)
              .persist(StorageLevel.DISK_ONLY());
      try {
        SortedVocabulary vocabulary = vocabulary(scan, sorted, kind, lineEnds, most - reserved);
        if (vocabulary.bytes() <= mostBytes) {
          PackedTokens.Builder all = new PackedTokens.Builder();
          for (PackedTokens block : vocabulary.blocks().collect()) {
            for (int i = 0; i < block.size(); i++) {
              all.add(block.arena(), block.start(i), block.end(i), block.counts()[i]);
            }
          }
          Vocabulary small = Vocabularies.of(kind, List.of(all.take()), lineEnds, limits);
          vocabulary.close();
          return inMemory(scan, new CorpusScan.Ranked(small, types));
        }
        JavaRDD<AssignedIds> numbers = numbers(scan, words, added, sorted, vocabulary, reserved);
        int[][] tails = numbers.map(AssignedIds::tail).collect().toArray(new int[0][]);
        return new Result(vocabulary, types, numbers, tails);
      } catch (RuntimeException e) {
        sorted.unpersist();
        throw e;
      }
    } finally {
      added.unpersist();
    }
  }

  private static Result inMemory(CorpusScan scan, CorpusScan.Ranked ranked) {
    Vocabulary vocabulary = ranked.vocabulary();
    int[][] tails = new int[scan.summaries().size()][];
    for (int range = 0; range < tails.length; range++) {
      byte[][] spellings = scan.summaries().get(range).tail();
      tails[range] = new int[spellings.length];
      for (int k = 0; k < spellings.length; k++) {
        byte[] token = spellings[k];
        tails[range][k] =
            token.length == 0 ? vocabulary.sentenceEnd() : vocabulary.id(token, 0, token.length);
      }
    }
    return new Result(CorpusVocabulary.of(scan.spark(), vocabulary), ranked.types(), null, tails);
  }

  /** The blocks of words among what tasks told. */
  private static JavaRDD<PackedTokens> blocks(JavaRDD<Object> told) {
    return told.filter(one -> one instanceof PackedTokens).map(one -> (PackedTokens) one);
  }

  /**
   * Adds a part's counts; gives types, line ends and the memory that the words take, and then the
   * words in their order.
   */
  private static Iterator<Object> add(
      Iterator<DealtWords> words, TokenizerKind kind, long minCount, int most) {
    TokenCounts counts = new TokenCounts(1 << 10);
    long lineEnds = CorpusScan.addTo(counts, words);
    TokenTable marks = new TokenTable(4);
    for (String mark : Vocabulary.noWords(kind)) {
      byte[] utf8 = mark.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      marks.add(utf8, 0, utf8.length);
    }
    long types = counts.size();
    PackedTokens ranked = counts.ranked(minCount, most);
    return new Iterator<>() {
      private boolean told;
      private int next;

      @Override
      public boolean hasNext() {
        return !told || next < ranked.size();
      }

      @Override
      public Object next() {
        if (!told) {
          told = true;
          return new long[] {
            types, lineEnds, ranked.arena().length + (long) WORD_BYTES * ranked.size()
          };
        }
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        PackedTokens.Builder block = new PackedTokens.Builder();
        while (next < ranked.size() && cost(block) < BLOCK_BYTES) {
          int start = ranked.start(next);
          int end = ranked.end(next);
          // A text's own "</s>" is an unknown word.
          if (marks.find(ranked.arena(), start, end) < 0) {
            block.add(ranked.arena(), start, end, ranked.counts()[next]);
          }
          next++;
        }
        return block.take();
      }
    };
  }

  private static long cost(PackedTokens.Builder block) {
    return block.bytes() + (long) WORD_BYTES * block.size();
  }

  /** What a part told, and the beginnings of some of its words. */
  private static Iterator<Tuple2<long[], PackedTokens>> sample(
      Iterator<Object> part, long spacing) {
    long[] told = null;
    PackedTokens.Builder samples = new PackedTokens.Builder();
    long cost = 0;
    while (part.hasNext()) {
      Object one = part.next();
      if (one instanceof long[] numbers) {
        told = numbers;
        continue;
      }
      PackedTokens words = (PackedTokens) one;
      for (int i = 0; i < words.size(); i++) {
        cost += WORD_BYTES + words.length(i);
        if (cost >= spacing) {
          int start = words.start(i);
          int end = Math.min(words.end(i), start + SAMPLE_BYTES);
          samples.add(words.arena(), start, end, words.counts()[i]);
          cost = 0;
        }
      }
    }
    return List.of(new Tuple2<>(told, samples.take())).iterator();
  }

  /** Where shares begin, but for the first. */
  private static PackedTokens bounds(List<PackedTokens> samples) {
    PackedTokens.Builder bounds = new PackedTokens.Builder();
    int[] seen = {0};
    RankedMerge.merge(
        samples,
        (list, i) -> {
          PackedTokens from = samples.get(list);
          if (++seen[0] % SAMPLES == 0) {
            bounds.add(from.arena(), from.start(i), from.end(i), from.counts()[i]);
          }
          return true;
        });
    return bounds.take();
  }

  /** A run of a part's words, which are sorted, that lies in one share. */
  public static final class Piece implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final int part;
    private final int piece;
    private final PackedTokens words;

    Piece(int part, int piece, PackedTokens words) {
      this.part = part;
      this.piece = piece;
      this.words = words;
    }
  }

  /** Cuts a part's words at the bounds. */
  private static Iterator<Tuple2<Integer, Piece>> cut(Iterator<Object> part, PackedTokens bounds) {
    int index = TaskContext.getPartitionId();
    return new Iterator<>() {
      private PackedTokens words = new PackedTokens(new byte[0], new int[0], new long[0]);
      private int next;
      private int share;
      private int piece;

      @Override
      public boolean hasNext() {
        while (next == words.size() && part.hasNext()) {
          if (part.next() instanceof PackedTokens block) {
            words = block;
            next = 0;
          }
        }
        return next < words.size();
      }

      @Override
      public Tuple2<Integer, Piece> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        while (share < bounds.size() && RankedMerge.compare(bounds, share, words, next) <= 0) {
          share++;
        }
        PackedTokens.Builder run = new PackedTokens.Builder();
        while (next < words.size()
            && (share == bounds.size() || RankedMerge.compare(bounds, share, words, next) > 0)) {
          run.add(words.arena(), words.start(next), words.end(next), words.counts()[next]);
          next++;
        }
        return new Tuple2<>(share, new Piece(index, piece++, run.take()));
      }
    };
  }

  /** Merges a share; gives what it is, its words, and the place of each word of each piece. */
  private static Iterator<Object> sort(Iterator<Piece> share) {
    List<Piece> pieces = new ArrayList<>();
    share.forEachRemaining(pieces::add);
    pieces.sort(Comparator.<Piece>comparingInt(one -> one.part).thenComparingInt(one -> one.piece));
    List<PackedTokens> lists = pieces.stream().map(one -> one.words).toList();
    int[][] places = new int[lists.size()][];
    Arrays.setAll(places, list -> new int[lists.get(list).size()]);
    List<Object> blocks = new ArrayList<>();
    PackedTokens.Builder block = new PackedTokens.Builder();
    Longs runs = new Longs();
    long[] told = {0, 0, -1};
    RankedMerge.merge(
        lists,
        (list, i) -> {
          PackedTokens from = lists.get(list);
          int start = from.start(i);
          int end = from.end(i);
          places[list][i] = (int) told[WORDS];
          if (end - start == 1 && from.arena()[start] == '\n') {
            told[LINE_FEED] = told[WORDS];
          }
          told[WORDS]++;
          told[BYTES] += end - start;
          runs.count(from.counts()[i]);
          block.add(from.arena(), start, end, from.counts()[i]);
          if (cost(block) >= BLOCK_BYTES) {
            blocks.add(block.take());
          }
          return true;
        });
    if (block.size() > 0) {
      blocks.add(block.take());
    }
    List<Object> result = new ArrayList<>();
    result.add(runs.after(told));
    result.addAll(blocks);
    for (int list = 0; list < places.length; list++) {
      Piece piece = pieces.get(list);
      result.add(new WordNumbers(piece.part, piece.piece, places[list]));
    }
    return result.iterator();
  }

  /** Runs of equal counts: each count and how many words have it. */
  private static final class Longs {
    private long[] values = new long[16];
    private int size;

    void count(long count) {
      if (size > 0 && values[size - 2] == count) {
        values[size - 1]++;
        return;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = count;
      values[size++] = 1;
    }

    long[] after(long[] first) {
      long[] all = Arrays.copyOf(first, first.length + size);
      System.arraycopy(values, 0, all, first.length, size);
      return all;
    }
  }

  /** Sorts, and learns what the driver needs to know. */
  private static SortedVocabulary vocabulary(
      CorpusScan scan, JavaRDD<Object> sorted, TokenizerKind kind, long lineEnds, int most) {
    List<Object> told = sorted.filter(one -> one instanceof long[]).collect();
    long[] offsets = new long[told.size() + 1];
    for (int share = 0; share < told.size(); share++) {
      offsets[share + 1] = offsets[share] + ((long[]) told.get(share))[WORDS];
    }
    int reserved = Vocabulary.reservedTokens(kind).size();
    long kept = Math.min(offsets[told.size()], most);
    if (kept + reserved > Integer.MAX_VALUE - 8) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the vocabulary has %,d tokens, more than there are ids (%,d): give"
                  + " vocabulary.max-size or a larger vocabulary.min-count",
              kept,
              Integer.MAX_VALUE - 8));
    }
    long bytes = 0;
    int lineFeed = -1;
    List<long[]> runs = new ArrayList<>();
    for (int share = 0; share < told.size(); share++) {
      long[] one = (long[]) told.get(share);
      bytes += offsets[share] < kept ? one[BYTES] + WORD_BYTES * one[WORDS] : 0;
      if (one[LINE_FEED] >= 0 && offsets[share] + one[LINE_FEED] < kept) {
        lineFeed = (int) (reserved + offsets[share] + one[LINE_FEED]);
      }
      runs.add(Arrays.copyOfRange(one, RUNS, one.length));
    }
    for (int share = 0; share < offsets.length; share++) {
      offsets[share] = Math.min(offsets[share], kept);
    }
    return new SortedVocabulary(
        scan.spark(), sorted, kind, offsets, bytes, runs, lineEnds, lineFeed);
  }

  /** Sends the ids back to the ranges. */
  private static JavaRDD<AssignedIds> numbers(
      CorpusScan scan,
      JavaPairRDD<Integer, DealtWords> words,
      JavaRDD<Object> added,
      JavaRDD<Object> sorted,
      SortedVocabulary vocabulary,
      int reserved) {
    int parts = words.getNumPartitions();
    int ranges = scan.summaries().size();
    long[] offsets = vocabulary.offsets();
    JavaRDD<WordNumbers> ids =
        Shuffles.byNumber(sorted.mapPartitionsToPair(share -> ids(share, offsets, reserved)), parts)
            .values();
    JavaRDD<PackedTokens> numbered = blocks(added).zipPartitions(ids, WordRanking::number);
    JavaRDD<WordNumbers> answers =
        Shuffles.byNumber(
                numbered
                    .zipPartitions(words.values(), WordRanking::answer)
                    .mapToPair(answer -> answer),
                ranges)
            .values();
    return scan.heads()
        .zipPartitions(answers, (heads, some) -> assemble(heads, some, parts, reserved))
        .persist(StorageLevel.DISK_ONLY());
  }

  /** Makes places in a share ids; 0 for what is beyond the limits. */
  private static Iterator<Tuple2<Integer, WordNumbers>> ids(
      Iterator<Object> share, long[] offsets, int reserved) {
    int index = TaskContext.getPartitionId();
    long first = offsets[index];
    long kept = offsets[index + 1] - first;
    List<Tuple2<Integer, WordNumbers>> sent = new ArrayList<>();
    while (share.hasNext()) {
      if (share.next() instanceof WordNumbers places) {
        int[] ids = new int[places.numbers().length];
        for (int i = 0; i < ids.length; i++) {
          int place = places.numbers()[i];
          ids[i] = place < kept ? (int) (reserved + first + place) : Vocabulary.UNKNOWN;
        }
        sent.add(new Tuple2<>(places.part(), new WordNumbers(places.part(), places.piece(), ids)));
      }
    }
    return sent.iterator();
  }

  /** A part's words with their ids for counts. */
  private static Iterator<PackedTokens> number(
      Iterator<PackedTokens> words, Iterator<WordNumbers> ids) {
    List<WordNumbers> pieces = new ArrayList<>();
    ids.forEachRemaining(pieces::add);
    pieces.sort(Comparator.comparingInt(WordNumbers::piece));
    return new Iterator<>() {
      private int piece;
      private int at;

      @Override
      public boolean hasNext() {
        return words.hasNext();
      }

      @Override
      public PackedTokens next() {
        PackedTokens block = words.next();
        long[] numbers = new long[block.size()];
        for (int i = 0; i < numbers.length; i++) {
          while (at == pieces.get(piece).numbers().length) {
            piece++;
            at = 0;
          }
          numbers[i] = pieces.get(piece).numbers()[at++];
        }
        return new PackedTokens(block.arena(), block.ends(), numbers);
      }
    };
  }

  /** Tells each range the ids of the words that it sent here. */
  private static Iterator<Tuple2<Integer, WordNumbers>> answer(
      Iterator<PackedTokens> numbered, Iterator<DealtWords> asked) {
    int part = TaskContext.getPartitionId();
    TokenCounts ids = new TokenCounts(1 << 10);
    numbered.forEachRemaining(ids::addAll);
    return new Iterator<>() {
      private DealtWords next;

      @Override
      public boolean hasNext() {
        while ((next == null || next.chunk() == DealtWords.LINE_ENDS) && asked.hasNext()) {
          next = asked.next();
        }
        return next != null && next.chunk() != DealtWords.LINE_ENDS;
      }

      @Override
      public Tuple2<Integer, WordNumbers> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        PackedTokens words = next.tokens();
        int[] found = new int[words.size()];
        for (int i = 0; i < found.length; i++) {
          int place = ids.table().find(words.arena(), words.start(i), words.end(i));
          found[i] = place < 0 ? Vocabulary.UNKNOWN : (int) ids.count(place);
        }
        Tuple2<Integer, WordNumbers> answer =
            new Tuple2<>(next.range(), new WordNumbers(part, next.chunk(), found));
        next = null;
        return answer;
      }
    };
  }

  /** Puts the answers of all parts into the order of the local ids. */
  private static Iterator<AssignedIds> assemble(
      Iterator<RangePart> heads, Iterator<WordNumbers> answers, int parts, int reserved) {
    Map<Integer, Map<Integer, int[]>> byChunk = new HashMap<>();
    while (answers.hasNext()) {
      WordNumbers answer = answers.next();
      byChunk
          .computeIfAbsent(answer.piece(), chunk -> new HashMap<>())
          .put(answer.part(), answer.numbers());
    }
    List<int[]> chunks = new ArrayList<>();
    int[] tail = new int[0];
    while (heads.hasNext()) {
      RangePart head = heads.next();
      if (head instanceof LocalDictionary dictionary) {
        PackedTokens words = dictionary.tokens();
        Answers ids = new Answers(byChunk.remove(chunks.size()), parts);
        int[] chunk = new int[reserved + words.size()];
        for (int id = 0; id < reserved; id++) {
          chunk[id] = id;
        }
        for (int i = 0; i < words.size(); i++) {
          chunk[reserved + i] = ids.next(words.arena(), words.start(i), words.end(i));
        }
        chunks.add(chunk);
      } else if (head instanceof RangeSummary summary) {
        Answers ids = new Answers(byChunk.remove(DealtWords.TAIL), parts);
        byte[][] spellings = summary.tail();
        tail = new int[spellings.length];
        for (int k = 0; k < tail.length; k++) {
          byte[] word = spellings[k];
          // The empty one is a line end, </s>.
          tail[k] = word.length == 0 ? 2 : ids.next(word, 0, word.length);
        }
      }
    }
    return Collections.singleton(new AssignedIds(chunks.toArray(new int[0][]), tail)).iterator();
  }

  /** The ids of words in the order in which they were dealt out. */
  private static final class Answers {
    private final int[][] byPart;
    private final int[] next;

    Answers(Map<Integer, int[]> answers, int parts) {
      byPart = new int[parts][];
      next = new int[parts];
      if (answers != null) {
        answers.forEach((part, ids) -> byPart[part] = ids);
      }
    }

    int next(byte[] utf8, int from, int to) {
      int part = DealtWords.part(utf8, from, to, byPart.length);
      return byPart[part][next[part]++];
    }
  }
}
