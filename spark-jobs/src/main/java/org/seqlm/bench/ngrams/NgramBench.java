package org.seqlm.bench.ngrams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.seqlm.Median;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.bench.meter.Slope;

/**
 * Counting and estimating n-grams, ours beside what others would use: each a process of its own,
 * with the same heap where it is Java and the same master where it is Spark, in turns. All count
 * the n-grams of orders 1 to N within the lines {@code <s> w… </s>}.
 */
public final class NgramBench {
  private NgramBench() {}

  /** Who takes part. */
  public enum Contestant {
    /** A Spark session that starts and stops; subtracted from all others on Spark. */
    EMPTY_SESSION,
    /** {@code seqlm ngrams}, counts only. */
    OURS,
    /** A string an n-gram, and Spark's {@code reduceByKey}. */
    REDUCE_BY_KEY,
    /** Spark MLlib's {@code NGram} and {@code groupBy}. */
    MLLIB,
    /** One thread, everything in memory. */
    SINGLE_THREAD,
    /** KenLM's {@code count_ngrams}: the highest order only. */
    KENLM,
    /** {@code seqlm ngrams} to an ARPA file of modified Kneser–Ney. */
    OURS_ESTIMATE,
    /** KenLM's {@code lmplz} to an ARPA file. */
    KENLM_ESTIMATE;

    /** Whether a session's start is part of its time. */
    boolean onSpark() {
      return this == OURS || this == OURS_ESTIMATE || this == REDUCE_BY_KEY || this == MLLIB;
    }
  }

  /**
   * What to measure, and how.
   *
   * @param order N, 1 to 6
   * @param contestants who takes part, {@link Contestant#EMPTY_SESSION} always
   * @param turns of everybody, one after the other; the figures are medians
   * @param heap of every Java process, for instance {@code 4g}
   * @param master of every Spark session
   * @param kenlm the folder of KenLM's programs, or null
   * @param kenlmMemory that KenLM sorts in, for instance {@code 1G}
   * @param main the class whose {@code ngrams} is ours
   */
  public record Settings(
      int order,
      List<Contestant> contestants,
      int turns,
      String heap,
      String master,
      String kenlm,
      String kenlmMemory,
      String main) {
    public Settings {
      contestants = List.copyOf(contestants);
      new Problems()
          .inRange("order", order, 1, 6)
          .inRange("turns", turns, 1, 1000)
          .require(
              heap != null && heap.matches("[1-9][0-9]*[kmgKMG]"),
              "heap must be a number and k, m or g, for instance 4g, but is " + heap)
          .throwIfAny();
    }
  }

  /**
   * Figures of a contestant: medians of the turns.
   *
   * @param who it is
   * @param failure why it has no figures, or null
   * @param seconds of wall time
   * @param cpuSeconds user and system, of the whole process; null where the system does not tell
   * @param peakBytes most resident memory; null likewise
   * @param netSeconds without an empty session's start and stop; as {@code seconds} off Spark
   * @param netCpuSeconds likewise
   * @param shuffleBytes written to the shuffle, where the result record tells
   * @param totals what was counted
   */
  public record Row(
      Contestant who,
      String failure,
      Double seconds,
      Double cpuSeconds,
      Long peakBytes,
      Double netSeconds,
      Double netCpuSeconds,
      Long shuffleBytes,
      NgramTotals totals) {}

  /**
   * A text and everybody's figures.
   *
   * @param text that was counted
   * @param rows a contestant each
   */
  public record Comparison(NgramText text, List<Row> rows) {
    /** A contestant's row, or null if it took no part or failed. */
    public Row row(Contestant who) {
      return rows.stream()
          .filter(row -> row.who() == who && row.failure() == null)
          .findFirst()
          .orElse(null);
    }
  }

  /**
   * How a contestant's cost grows with the text.
   *
   * @param who it is
   * @param secondsExponent slope of ln(net seconds) over ln(tokens), by least squares: 1 is linear
   * @param cpuExponent likewise of CPU time; null where the system does not tell
   */
  public record Growth(Contestant who, double secondsExponent, Double cpuExponent) {}

  /**
   * Refuses what cannot be measured before anything is: the rest may take hours.
   *
   * @throws UserException with exit code 2 and every program of KenLM that a contestant lacks
   */
  public static void check(Settings settings) {
    Problems problems = new Problems();
    for (Contestant who : settings.contestants()) {
      String program = NgramContestants.kenlmProgram(who);
      if (program == null) {
        continue;
      }
      String leave = ", or leave the case out";
      if (settings.kenlm() == null) {
        problems.require(
            false,
            "case "
                + Json.name(who)
                + " is KenLM's "
                + program
                + ", but nothing says where that is: give --kenlm DIR, the folder of KenLM's"
                + " programs"
                + leave);
      } else {
        Path path = Path.of(settings.kenlm(), program);
        problems.require(
            Files.isRegularFile(path) && Files.isExecutable(path),
            "case "
                + Json.name(who)
                + " is KenLM's "
                + program
                + ", but "
                + path
                + (Files.exists(path) ? " is no program" : " does not exist")
                + ": give --kenlm the folder of KenLM's programs (bin of its build)"
                + leave);
      }
    }
    problems.throwIfAny();
  }

  /**
   * Measures a text.
   *
   * @param files of it, local
   * @param place a folder for everything that contestants write; emptied after each
   * @throws UserException as {@link #check}
   */
  public static Comparison run(List<Path> files, Settings settings, Path place, Progress progress)
      throws IOException {
    check(settings);
    Set<Contestant> all = new LinkedHashSet<>();
    all.add(Contestant.EMPTY_SESSION);
    all.addAll(settings.contestants());
    NgramText text = NgramText.of(files);
    Map<Contestant, List<NgramContestants.Turn>> turns = new EnumMap<>(Contestant.class);
    Map<Contestant, String> failures = new EnumMap<>(Contestant.class);
    progress.stage("measure", (long) settings.turns() * all.size(), "runs");
    int done = 0;
    for (int turn = 1; turn <= settings.turns(); turn++) {
      for (Contestant who : all) {
        if (!failures.containsKey(who)) {
          String failure = NgramContestants.unable(who);
          if (failure == null) {
            NgramContestants.Turn got = NgramContestants.turn(who, text, settings, place);
            turns.computeIfAbsent(who, key -> new ArrayList<>()).add(got);
            failure =
                got.usage().exit() == 0
                    ? null
                    : "exit code " + got.usage().exit() + "; " + got.usage().log().strip();
          }
          if (failure != null) {
            failures.put(who, failure);
          }
        }
        progress.update(++done, Json.name(who));
      }
    }
    if (failures.containsKey(Contestant.EMPTY_SESSION)) {
      throw UserException.platform(
          "an empty Spark session cannot be measured: " + failures.get(Contestant.EMPTY_SESSION));
    }
    Row empty = row(Contestant.EMPTY_SESSION, turns.get(Contestant.EMPTY_SESSION), null);
    List<Row> rows = new ArrayList<>();
    for (Contestant who : all) {
      rows.add(
          failures.containsKey(who)
              ? new Row(
                  who, failures.get(who), null, null, null, null, null, null, NgramTotals.UNTOLD)
              : row(who, turns.get(who), empty));
    }
    return new Comparison(text, rows);
  }

  /** Growth over texts of at least two sizes, of everybody who has figures for all of them. */
  public static List<Growth> growth(List<Comparison> curve) {
    List<Growth> growth = new ArrayList<>();
    for (Contestant who : Contestant.values()) {
      boolean everywhere = curve.stream().allMatch(at -> at.row(who) != null);
      if (who == Contestant.EMPTY_SESSION || !everywhere || curve.size() < 2) {
        continue;
      }
      boolean told = curve.stream().allMatch(at -> at.row(who).netCpuSeconds() != null);
      growth.add(
          new Growth(
              who,
              Slope.of(curve, NgramBench::logTokens, at -> log(at.row(who).netSeconds())),
              told
                  ? Slope.of(curve, NgramBench::logTokens, at -> log(at.row(who).netCpuSeconds()))
                  : null));
    }
    return growth;
  }

  private static double logTokens(Comparison at) {
    return Math.log(at.text().tokens());
  }

  /** A tiny text may take less than the empty session took. */
  private static double log(double seconds) {
    return Math.log(Math.max(1e-2, seconds));
  }

  private static Row row(Contestant who, List<NgramContestants.Turn> turns, Row empty) {
    Double seconds = median(turns.stream().map(got -> got.usage().seconds()).toList());
    Double cpu = median(turns.stream().map(got -> got.usage().cpuSeconds()).toList());
    Double peak =
        median(
            turns.stream()
                .map(got -> got.usage().peakBytes())
                .map(bytes -> bytes == null ? null : (Double) bytes.doubleValue())
                .toList());
    boolean net = who.onSpark() && empty != null;
    return new Row(
        who,
        null,
        seconds,
        cpu,
        peak == null ? null : (Long) peak.longValue(),
        net ? (Double) (seconds - empty.seconds()) : seconds,
        net && cpu != null ? (Double) (cpu - empty.cpuSeconds()) : cpu,
        turns.get(0).shuffleBytes(),
        turns.get(0).totals());
  }

  private static Double median(List<Double> values) {
    return values.contains(null) ? null : (Double) Median.of(values);
  }

  /** Removes a folder and what is in it. */
  public static void remove(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
