package org.seqlm.spark.words;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.vocab.IdRanges;
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
