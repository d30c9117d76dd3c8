package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.ContextReader;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.Query;
import org.seqlm.concordance.TermSet;
import org.seqlm.concordance.found.DrawnLines;
import org.seqlm.concordance.found.Findings;
import org.seqlm.concordance.found.PartFindings;
import org.seqlm.concordance.found.PlaceSample;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskProgress;
import scala.Tuple2;

/** Asks an index: tasks look into its files, then draw the lines that were chosen. */
public final class IndexSearch {
  /** Lines that a task draws, or the driver where there are no more. */
  private static final int LINES_A_TASK = 500;

  /** Findings that are added up by a task, or the driver. */
  private static final int AT_ONCE = 16;

  private IndexSearch() {}

  /**
   * What a word must have that a query stands for by a star, or as one of several.
   *
   * @param count occurrences
   * @param documents that have it
   */
  public record Least(long count, long documents) {
    /** Any word will do. */
    public static final Least ANY = new Least(1, 1);
  }

  /**
   * Finds the places of a query.
   *
   * @param choice of places
   * @param least of the words that it does not ask for alone
   * @param tasks at most; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 2 where a query stands for too many words that
   *     are to be counted
   */
  public static Findings find(
      JavaSparkContext spark,
      IndexArtifact.Handle index,
      Query query,
      PartFindings.Choice choice,
      Least least,
      int tasks,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    int parts = index.parts().size();
    List<Integer> numbers = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      numbers.add(part);
    }
    int slices = Math.max(1, Math.min(parts, tasks > 0 ? tasks : 4 * spark.defaultParallelism()));
    boolean counts = !least.equals(Least.ANY) && query.standsForMore();
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "search", (counts ? 2L : 1L) * parts, "files", "")) {
      LongAccumulator done = stage.done();
      JavaRDD<Integer> files = spark.parallelize(numbers, slices);
      MeantTerms.Result meant =
          counts
              ? MeantTerms.count(files, index, conf, query, least, done)
              : new MeantTerms.Result(TermSet.ALL, 0);
      Broadcast<TermSet> terms = spark.broadcast(meant.terms());
      try {
        JavaRDD<PartFindings> found =
            files.mapPartitions(
                mine ->
                    List.of(findings(mine, index, conf.value().value(), query, terms, choice, done))
                        .iterator());
        return Findings.of(together(found, slices, choice), meant.leftOut());
      } finally {
        terms.destroy();
      }
    }
  }

  /** The sum of all, in their order: some at a time in the cluster, the last few here. */
  private static PartFindings together(
      JavaRDD<PartFindings> parts, int slices, PartFindings.Choice choice) {
    JavaRDD<PartFindings> some = parts;
    int left = slices;
    while (left > AT_ONCE) {
      int groups = (left + AT_ONCE - 1) / AT_ONCE;
      some =
          some.mapPartitionsWithIndex(
                  (number, mine) ->
                      List.of(
                              new Tuple2<>(
                                  number / AT_ONCE, new Tuple2<>(number % AT_ONCE, mine.next())))
                          .iterator(),
                  true)
              .mapToPair(numbered -> numbered)
              .groupByKey(Shuffles.<Integer>by(number -> number, groups))
              .map(group -> sum(group._2(), choice));
      left = groups;
    }
    PartFindings sum = new PartFindings();
    for (PartFindings one : some.collect()) {
      sum = sum.plus(one, choice);
    }
    return sum;
  }

  private static PartFindings sum(
      Iterable<Tuple2<Integer, PartFindings>> numbered, PartFindings.Choice choice) {
    List<Tuple2<Integer, PartFindings>> ordered = new ArrayList<>();
    numbered.forEach(ordered::add);
    ordered.sort(Comparator.comparingInt(Tuple2::_1));
    PartFindings sum = new PartFindings();
    for (Tuple2<Integer, PartFindings> one : ordered) {
      sum = sum.plus(one._2(), choice);
    }
    return sum;
  }

  private static PartFindings findings(
      Iterator<Integer> parts,
      IndexArtifact.Handle handle,
      Configuration conf,
      Query query,
      Broadcast<TermSet> terms,
      PartFindings.Choice choice,
      LongAccumulator done) {
    PartFindings found = new PartFindings();
    try (Index index = handle.open(conf)) {
      while (parts.hasNext()) {
        if (TaskContext.get().isInterrupted()) {
          throw new TaskKilledException("told to stop");
        }
        found =
            found.plus(PartFindings.of(index, parts.next(), query, terms.value(), choice), choice);
        done.add(1);
      }
    } catch (DamagedIndexException e) {
      throw IndexArtifact.damaged(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /**
   * Draws the lines around places.
   *
   * @param span words on each side
   * @param reach words on each side that are told folded, at least as many
   * @return in the order of the text
   */
  public static List<ContextLine> draw(
      JavaSparkContext spark,
      IndexArtifact.Handle index,
      List<PlaceSample.Place> places,
      int span,
      int reach,
      Progress progress) {
    if (places.size() <= LINES_A_TASK) {
      return drawn(index, spark.hadoopConfiguration(), places(places), span, reach).lines();
    }
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    List<long[]> shares = new ArrayList<>();
    for (int from = 0; from < places.size(); from += LINES_A_TASK) {
      shares.add(places(places.subList(from, Math.min(places.size(), from + LINES_A_TASK))));
    }
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "draw", places.size(), "lines", "")) {
      LongAccumulator done = stage.done();
      List<ContextLine> lines = new ArrayList<>();
      for (DrawnLines some :
          spark
              .parallelize(shares, shares.size())
              .map(
                  share -> {
                    DrawnLines drawn = drawn(index, conf.value().value(), share, span, reach);
                    done.add(share.length / 2);
                    return drawn;
                  })
              .collect()) {
        lines.addAll(some.lines());
      }
      lines.sort(Comparator.comparingLong(ContextLine::word));
      return lines;
    }
  }

  /** Places as pairs: first word, length. */
  private static long[] places(List<PlaceSample.Place> places) {
    long[] pairs = new long[2 * places.size()];
    for (int i = 0; i < places.size(); i++) {
      pairs[2 * i] = places.get(i).word();
      pairs[2 * i + 1] = places.get(i).length();
    }
    return pairs;
  }

  private static DrawnLines drawn(
      IndexArtifact.Handle handle, Configuration conf, long[] pairs, int span, int reach) {
    long[] words = new long[pairs.length / 2];
    int[] lengths = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = pairs[2 * i];
      lengths[i] = (int) pairs[2 * i + 1];
    }
    try (Index index = handle.open(conf)) {
      return DrawnLines.of(new ContextReader(index, handle.rules()), words, lengths, span, reach);
    } catch (DamagedIndexException e) {
      throw IndexArtifact.damaged(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
