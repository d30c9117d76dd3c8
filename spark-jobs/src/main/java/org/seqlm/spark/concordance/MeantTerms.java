package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.UserException;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.MeantWords;
import org.seqlm.concordance.Query;
import org.seqlm.concordance.TermCount;
import org.seqlm.concordance.TermSet;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskEnd;
import scala.Tuple2;

/**
 * The words that a query may stand for by a star, or as one of several: files of the index give
 * what each of their runs has of them, a shuffle by word adds it up, and those that are frequent
 * enough come to the driver, 8 bytes a word.
 */
final class MeantTerms {
  private static final int PARTS = 32;

  /** Words of a part, so that the driver holds no more than 64 MiB of all. */
  private static final int MOST_OF_PART = 1 << 18;

  private MeantTerms() {}

  /**
   * What was found.
   *
   * @param terms that are frequent enough
   * @param leftOut words that are not
   */
  record Result(TermSet terms, long leftOut) {}

  /**
   * Counts them.
   *
   * @param parts numbers of the index's files
   * @param least what a word must have
   * @throws UserException with exit code 2 where more than some millions are frequent enough
   */
  static Result count(
      JavaRDD<Integer> parts,
      IndexArtifact.Handle index,
      Broadcast<SharedSettings> conf,
      Query query,
      IndexSearch.Least least,
      LongAccumulator done) {
    long minCount = least.count();
    long minDocuments = least.documents();
    List<long[]> counted =
        parts
            .mapPartitionsToPair(
                mine -> {
                  Index opened = index.open(conf.value().value());
                  TaskEnd.close(opened);
                  return new Words(mine, opened, query, done);
                })
            .groupByKey(PARTS)
            .mapPartitions(words -> List.of(frequent(words, minCount, minDocuments)).iterator())
            .collect();
    long leftOut = 0;
    LongStream hashes = LongStream.empty();
    for (long[] part : counted) {
      leftOut += part[0];
      if (part[1] > MOST_OF_PART) {
        throw UserException.configuration(
            String.format(
                Locale.ROOT,
                "the query \"%s\" stands for more than some %,d words that stand %,d times or more,"
                    + " in %,d documents or more: give more letters of them",
                query.text(),
                PARTS * MOST_OF_PART,
                minCount,
                minDocuments));
      }
      hashes = LongStream.concat(hashes, Arrays.stream(part, 2, part.length));
    }
    return new Result(TermSet.of(hashes), leftOut);
  }

  /** How many words are left out, how many are not, and the hashes of these. */
  private static long[] frequent(
      Iterator<Tuple2<String, Iterable<long[]>>> words, long minCount, long minDocuments) {
    long[] all = new long[16];
    int size = 2;
    while (words.hasNext()) {
      Tuple2<String, Iterable<long[]>> word = words.next();
      long[] sum = TermTable.sum(word._2());
      if (sum[0] < minCount || sum[1] < minDocuments) {
        all[0]++;
      } else if (++all[1] <= MOST_OF_PART) {
        if (size == all.length) {
          all = Arrays.copyOf(all, 2 * size);
        }
        all[size++] = TermSet.hash(word._1().getBytes(StandardCharsets.UTF_8));
      }
    }
    return Arrays.copyOf(all, size);
  }

  /** Each with the first word of its run, occurrences, documents, first and last document. */
  private static final class Words implements Iterator<Tuple2<String, long[]>> {
    private final Iterator<Integer> parts;
    private final Index index;
    private final Query query;
    private final LongAccumulator done;
    private MeantWords words;
    private MeantWords.Meant next;

    Words(Iterator<Integer> parts, Index index, Query query, LongAccumulator done) {
      this.parts = parts;
      this.index = index;
      this.query = query;
      this.done = done;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && (words != null || parts.hasNext())) {
          if (words == null) {
            words = new MeantWords(index, parts.next(), query);
          }
          next = words.next();
          if (next == null) {
            words = null;
            done.add(1);
          }
        }
        return next != null;
      } catch (DamagedIndexException e) {
        throw IndexArtifact.damaged(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Tuple2<String, long[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      TermCount count = next.count();
      Tuple2<String, long[]> word =
          new Tuple2<>(
              new String(next.term(), StandardCharsets.UTF_8),
              new long[] {
                next.from(), count.count(), count.documents(), count.first(), count.last()
              });
      next = null;
      return word;
    }
  }
}
