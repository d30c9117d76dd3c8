package org.seqlm.spark.words;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.UserException;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.IdSet;
import org.seqlm.vocab.NumberedWords;
import scala.Tuple2;

/**
 * The ids of some vocabularies, which are numbered from 1, in ranges of about one size: a task each
 * puts together what its ids become, and writes it for {@link IdMap}.
 */
final class IdMapRanges implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What an id takes in the task of its range, with what is told of it. */
  private static final int ID_BYTES = 16;

  private final IdRanges[] ranges; // by vocabulary, the first at 0
  private final int[] firsts; // the number of each one's first range; at last how many there are

  private IdMapRanges(IdRanges[] ranges) {
    this.ranges = ranges;
    this.firsts = new int[ranges.length + 1];
    for (int i = 0; i < ranges.length; i++) {
      firsts[i + 1] = firsts[i] + ranges[i].count();
    }
  }

  /**
   * Cuts ids.
   *
   * @param sizes of the vocabularies
   * @param partBytes that a task may hold
   */
  static IdMapRanges of(int[] sizes, long partBytes) {
    return new IdMapRanges(
        Arrays.stream(sizes)
            .mapToObj(size -> IdRanges.of(size, ID_BYTES, partBytes))
            .toArray(IdRanges[]::new));
  }

  /** The number of ranges of all vocabularies. */
  int count() {
    return firsts[ranges.length];
  }

  /** The range of a vocabulary's id. */
  int range(int vocabulary, int id) {
    return firsts[vocabulary - 1] + ranges[vocabulary - 1].of(id);
  }

  private int vocabulary(int range) {
    int at = Arrays.binarySearch(firsts, range);
    return at < 0 ? -at - 1 : at + 1;
  }

  /** The first id of a range. */
  int from(int range) {
    int vocabulary = vocabulary(range);
    return ranges[vocabulary - 1].from(range - firsts[vocabulary - 1]);
  }

  /** The first id behind a range. */
  int to(int range) {
    int vocabulary = vocabulary(range);
    return ranges[vocabulary - 1].to(range - firsts[vocabulary - 1]);
  }

  /**
   * The place of each new id of a range among all its new ones, in the task of the range.
   *
   * @param asked new ids of the range, as parts know them
   * @return how many there are // (1), and the places for each part
   */
  Iterator<Object> places(Iterator<WordNumbers> asked) {
    int range = TaskContext.getPartitionId();
    int from = from(range);
    IdSet fresh = new IdSet(to(range) - from);
    List<WordNumbers> all = new ArrayList<>();
    while (asked.hasNext()) {
      WordNumbers some = asked.next();
      for (int id : some.numbers()) {
        fresh.add(id - from);
      }
      all.add(some);
    }
    List<Object> told = new ArrayList<>();
    told.add(new long[] {fresh.size()});
    for (WordNumbers some : all) {
      int[] places = new int[some.numbers().length];
      for (int i = 0; i < places.length; i++) {
        places[i] = fresh.place(some.numbers()[i] - from);
      }
      told.add(new WordNumbers(some.part(), range, places));
    }
    return told.iterator();
  }

  /**
   * The id of the first new word of each range, and at last how many ids there are.
   *
   * @param ranked what {@link #places} gives, range by range
   * @param size ids that are there already
   * @throws UserException with exit code 3 if there are more words than ids
   */
  long[] firstFresh(JavaRDD<Object> ranked, int size) {
    List<Object> told = ranked.filter(one -> one instanceof long[]).collect();
    long[] before = new long[count() + 1];
    before[0] = size;
    for (int range = 0; range < count(); range++) {
      before[range + 1] = before[range] + ((long[]) told.get(range))[0];
    }
    if (before[count()] > Integer.MAX_VALUE - 8) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the vocabularies have %,d tokens together, more than there are ids (%,d): add up"
                  + " fewer counts, or cut some of them with seqlm counts restrict --min-count",
              before[count()],
              Integer.MAX_VALUE - 8));
    }
    return before;
  }

  /**
   * What some words' ids become, on its way to the ranges: in the task of a part, pairs of an id
   * and another.
   *
   * @param become by word
   */
  List<Tuple2<Integer, WordNumbers>> pairs(NumberedWords words, int[] become) {
    int part = TaskContext.getPartitionId();
    List<Tuple2<Integer, WordNumbers>> sent = new ArrayList<>();
    for (int from = 0; from < become.length; ) {
      int range = range(words.vocabulary(), words.ids()[from]);
      int end = to(range);
      int to = from + 1;
      while (to < become.length && words.ids()[to] < end) {
        to++;
      }
      int[] pairs = new int[2 * (to - from)];
      for (int i = 0; i < pairs.length; i += 2, from++) {
        pairs[i] = words.ids()[from];
        pairs[i + 1] = become[from];
      }
      sent.add(new Tuple2<>(range, new WordNumbers(part, range, pairs)));
    }
    return sent;
  }

  /**
   * Writes what all ids become, a file a range.
   *
   * @param pairs of every id, as {@link #pairs} has them
   * @return by vocabulary
   */
  List<IdMap> write(JavaSparkContext spark, JavaPairRDD<Integer, WordNumbers> pairs, Path folder) {
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    String target = folder.toString();
    Shuffles.byNumber(pairs, count())
        .values()
        .foreachPartition(
            some -> {
              int range = TaskContext.getPartitionId();
              int from = from(range);
              int[] ids = new int[to(range) - from];
              while (some.hasNext()) {
                int[] told = some.next().numbers();
                for (int i = 0; i < told.length; i += 2) {
                  ids[told[i] - from] = told[i + 1];
                }
              }
              Path path = new Path(target);
              int vocabulary = vocabulary(range);
              IdMap.write(
                  path.getFileSystem(hadoop.value().value()),
                  path,
                  vocabulary,
                  range - firsts[vocabulary - 1],
                  ids,
                  TaskContext.get().taskAttemptId());
            });
    List<IdMap> maps = new ArrayList<>();
    for (int i = 0; i < ranges.length; i++) {
      maps.add(IdMap.stored(folder, i + 1, ranges[i]));
    }
    return maps;
  }
}
