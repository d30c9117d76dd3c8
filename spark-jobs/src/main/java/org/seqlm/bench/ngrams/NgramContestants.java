package org.seqlm.bench.ngrams;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.seqlm.artifact.Json;
import org.seqlm.bench.meter.ChildProcess;
import org.seqlm.bench.ngrams.NgramBench.Contestant;
import org.seqlm.bench.ngrams.NgramBench.Settings;

/** Makes a contestant count a text once: its command line, and what it counted. */
final class NgramContestants {
  private NgramContestants() {}

  /** What one turn of a contestant gave. */
  record Turn(ChildProcess.Usage usage, Long shuffleBytes, NgramTotals totals) {}

  /** The program that a contestant is, or null if it is none of KenLM's. */
  static String kenlmProgram(Contestant who) {
    return switch (who) {
      case KENLM -> "count_ngrams";
      case KENLM_ESTIMATE -> "lmplz";
      default -> null;
    };
  }

  /** What a contestant lacks, or null; KenLM's programs are there. */
  static String unable(Contestant who) {
    boolean able =
        who != Contestant.MLLIB
            || ChildProcess.classPath().stream().anyMatch(entry -> entry.contains("spark-mllib_"));
    return able
        ? null
        : "this Spark has no MLlib: use a SPARK_HOME of Spark's own distribution, or after the"
            + " options: -- --jars with spark-mllib_2.12, spark-mllib-local_2.12 and what they"
            + " need";
  }

  static Turn turn(Contestant who, NgramText text, Settings settings, Path place)
      throws IOException {
    Files.createDirectories(place);
    Path told = place.resolve("told.json");
    Path arpa = place.resolve("model.arpa");
    try {
      ChildProcess.Usage usage =
          ChildProcess.run(
              command(who, text, settings, place, told, arpa),
              who == Contestant.KENLM || who == Contestant.KENLM_ESTIMATE
                  ? text.files()
                  : List.of(),
              null,
              place.resolve("log.txt"));
      if (usage.exit() != 0) {
        return new Turn(usage, null, NgramTotals.UNTOLD);
      }
      Long shuffle = null;
      NgramTotals totals = NgramTotals.UNTOLD;
      switch (who) {
        case OURS, OURS_ESTIMATE -> {
          JsonNode result = Json.mapper().readTree(Files.readAllBytes(told));
          JsonNode bytes = result.findValue("shuffle-bytes");
          shuffle = bytes == null || bytes.isNull() ? null : (Long) bytes.asLong();
          totals = who == Contestant.OURS ? NgramTotals.ofResult(result) : NgramTotals.ofArpa(arpa);
        }
        case KENLM_ESTIMATE -> totals = NgramTotals.ofArpa(arpa);
        case REDUCE_BY_KEY, MLLIB, SINGLE_THREAD -> totals = NgramTotals.read(told);
        case EMPTY_SESSION, KENLM -> {
          // One counts nothing, the other does not say.
        }
      }
      return new Turn(usage, shuffle, totals);
    } finally {
      NgramBench.remove(place);
    }
  }

  private static List<String> command(
      Contestant who, NgramText text, Settings settings, Path place, Path told, Path arpa) {
    List<String> files = text.files().stream().map(Path::toString).toList();
    String order = String.valueOf(settings.order());
    return switch (who) {
      case EMPTY_SESSION -> java(settings, place, EmptySession.class.getName(), List.of());
      case OURS -> java(settings, place, settings.main(), ours(settings, files, place, told, null));
      case OURS_ESTIMATE ->
          java(settings, place, settings.main(), ours(settings, files, place, told, arpa));
      case REDUCE_BY_KEY, MLLIB, SINGLE_THREAD -> {
        List<String> arguments = new ArrayList<>(List.of(told.toString(), order));
        arguments.addAll(files);
        Class<?> type =
            switch (who) {
              case MLLIB -> MllibNgrams.class;
              case SINGLE_THREAD -> SingleThreadNgrams.class;
              default -> ReduceByKeyNgrams.class;
            };
        yield java(settings, place, type.getName(), arguments);
      }
      case KENLM ->
          kenlm(who, settings, place, "--write_vocab_list", place.resolve("words").toString());
      case KENLM_ESTIMATE ->
          kenlm(who, settings, place, "--discount_fallback", "--arpa", arpa.toString());
    };
  }

  private static List<String> kenlm(Contestant who, Settings settings, Path place, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(settings.kenlm(), kenlmProgram(who)).toString(),
                "-o",
                String.valueOf(settings.order()),
                "-S",
                settings.kenlmMemory(),
                "-T",
                place.resolve("kenlm").toString()));
    line.addAll(List.of(more));
    return line;
  }

  /**
   * The one command line of ours.
   *
   * @param arpa where to write a model of modified Kneser–Ney, or null to count only
   */
  private static List<String> ours(
      Settings settings, List<String> files, Path place, Path told, Path arpa) {
    List<String> line = new ArrayList<>(List.of("ngrams"));
    files.forEach(file -> line.addAll(List.of("--input", Path.of(file).toUri().toString())));
    line.addAll(
        List.of(
            "--output",
            place.resolve("ngrams").toUri().toString(),
            "--order",
            String.valueOf(settings.order()),
            "--tokenizer",
            "whitespace",
            "--boundary",
            "line",
            "--master",
            settings.master(),
            "--json",
            told.toUri().toString()));
    // A maximum-likelihood model is the counts themselves.
    line.addAll(
        arpa == null
            ? List.of("--estimator", "mle")
            : List.of("--estimator", "kneser-ney", "--arpa", arpa.toUri().toString()));
    return line;
  }

  private static List<String> java(
      Settings settings, Path place, String main, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx" + settings.heap());
    // The collector and the compiler that the launcher chose: the same for everybody.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-XX:"))
        .forEach(line::add);
    line.addAll(
        Arrays.stream(JavaModuleOptions.defaultModuleOptions().split(" "))
            .filter(option -> !option.isEmpty())
            .toList());
    line.add("-Dspark.master=" + settings.master());
    line.add("-Dspark.driver.host=127.0.0.1");
    line.add("-Dspark.driver.bindAddress=127.0.0.1");
    line.add("-Dspark.local.dir=" + place.resolve("spark"));
    line.add("-Djava.io.tmpdir=" + place);
    String log = System.getProperty("log4j2.configurationFile");
    if (log != null) {
      line.add("-Dlog4j2.configurationFile=" + log);
    }
    line.add("-cp");
    line.add(String.join(File.pathSeparator, ChildProcess.classPath()));
    line.add(main);
    line.addAll(arguments);
    return line;
  }
}
