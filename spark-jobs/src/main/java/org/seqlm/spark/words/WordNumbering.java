package org.seqlm.spark.words;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.corpus.LocalDictionary;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.spark.corpus.AssignedIds;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Gives the ranges the ids of their words where no memory holds all of these: the ids go back the
 * way that the words came, as arrays without words, from the shares to the parts, and from there to
 * the ranges.
 */
final class WordNumbering {
  private WordNumbering() {}

  /** Sends the ids back to the ranges. */
  static JavaRDD<AssignedIds> assign(
      CorpusScan scan,
      JavaPairRDD<Integer, DealtWords> words,
      JavaRDD<Object> added,
      JavaRDD<Object> sorted,
      SortedVocabulary vocabulary,
      int reserved) {
    int parts = words.getNumPartitions();
    int ranges = scan.summaries().size();
    JavaRDD<WordNumbers> answers =
        Shuffles.byNumber(
                numbered(added, sorted, vocabulary, reserved, parts)
                    .zipPartitions(words.values(), WordNumbering::answer)
                    .mapToPair(answer -> answer),
                ranges)
            .values();
    return scan.asides()
        .zipPartitions(answers, (asides, some) -> assemble(asides, some, parts, reserved))
        .persist(StorageLevel.DISK_ONLY());
  }

  /**
   * The words of the parts with their ids for counts; 0 for what is beyond the limits.
   *
   * @param added what {@link WordCounting#addInBlocks} gives, part by part
   * @param sorted what {@link WordSort#sort} made of it
   */
  static JavaRDD<PackedTokens> numbered(
      JavaRDD<Object> added,
      JavaRDD<Object> sorted,
      SortedVocabulary vocabulary,
      int reserved,
      int parts) {
    long[] offsets = vocabulary.offsets();
    JavaRDD<WordNumbers> ids =
        Shuffles.byNumber(sorted.mapPartitionsToPair(share -> ids(share, offsets, reserved)), parts)
            .values();
    return WordCounting.blocks(added).zipPartitions(ids, WordNumbering::number);
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
        sent.add(new Tuple2<>(places.part(), new WordNumbers(places.part(), places.chunk(), ids)));
      }
    }
    return sent.iterator();
  }

  /** A part's words with their ids for counts. */
  private static Iterator<PackedTokens> number(
      Iterator<PackedTokens> words, Iterator<WordNumbers> ids) {
    List<WordNumbers> chunks = new ArrayList<>();
    ids.forEachRemaining(chunks::add);
    chunks.sort(Comparator.comparingInt(WordNumbers::chunk));
    return new Iterator<>() {
      private int chunk;
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
          while (chunk < chunks.size() && at == chunks.get(chunk).numbers().length) {
            chunk++;
            at = 0;
          }
          // The last words of a part are beyond the limits where they came to no share.
          numbers[i] =
              chunk < chunks.size() ? chunks.get(chunk).numbers()[at++] : Vocabulary.UNKNOWN;
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
      Iterator<RangePart> asides, Iterator<WordNumbers> answers, int parts, int reserved) {
    Map<Integer, Map<Integer, int[]>> byChunk = new HashMap<>();
    while (answers.hasNext()) {
      WordNumbers answer = answers.next();
      byChunk
          .computeIfAbsent(answer.chunk(), chunk -> new HashMap<>())
          .put(answer.part(), answer.numbers());
    }
    List<int[]> chunks = new ArrayList<>();
    int[] tail = new int[0];
    while (asides.hasNext()) {
      RangePart aside = asides.next();
      if (aside instanceof LocalDictionary dictionary) {
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
      } else if (aside instanceof RangeSummary summary) {
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
