package org.seqlm.job.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.bench.scale.CorpusText;
import org.seqlm.bench.scale.ScaleLaw;
import org.seqlm.bench.scale.ScaleMeter;
import org.seqlm.bench.scale.ScaleRun;
import org.seqlm.job.bench.place.BenchFolder;
import org.seqlm.job.bench.place.Within;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.Master;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.job.ngrams.NgramsResult;
import org.seqlm.kernels.Processor;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench scale}. */
@Command(
    name = "scale",
    description = {
      "Measures how counting grows with the text, where every limit is absurdly low.",
      "Generated texts of several sizes are counted. For each figure (time, heap, shuffle, files) a"
          + " power law is fitted on some sizes and tested on larger ones; then it says what a"
          + " cluster would take, with the error carried along.",
      "",
      "Example: seqlm bench scale --corpus zipf,of-the --master local[2] -- --driver-memory 512m"
    })
final class BenchScaleCommand extends JobCommand<BenchScaleConfig, BenchScaleCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of the driver's
   * @param sparkMaster it ran on
   * @param parallelism tasks at once
   * @param oneProcess whether driver and tasks share this process and its heap; else all that is
   *     said of the heap, of CPU time and of what our sorters spill is the driver's alone
   * @param heapBytes that this process may have
   * @param slices that counts were cut into; 0 for as many as suit the text
   * @param partitions tasks that counted; 0 likewise
   * @param dictionaryBytes of the dictionary that the driver may hold
   * @param runs a count each
   * @param growth a text and order each
   */
  record Result(
      String processor,
      String sparkMaster,
      int parallelism,
      boolean oneProcess,
      long heapBytes,
      int slices,
      int partitions,
      long dictionaryBytes,
      List<ScaleRun> runs,
      List<Growth> growth) {}

  /**
   * The laws of a text.
   *
   * @param text its name
   * @param order of the longest n-gram
   * @param laws a figure each, of those that have one
   */
  record Growth(String text, int order, List<ScaleLaw> laws) {}

  @Option(
      names = "--corpus",
      paramLabel = "NAME",
      split = ",",
      description =
          "zipf (default), of-the, one-line, four-letters, distinct, half-one-word, small-files;"
              + " several with commas.")
  List<String> corpora;

  @Option(
      names = "--exponent",
      paramLabel = "S",
      split = ",",
      description = "Of zipf and small-files; several with commas (default: 1.3).")
  List<Double> exponents;

  @Option(
      names = "--fit",
      paramLabel = "WORDS",
      split = ",",
      description = "Sizes that laws are fitted on, with commas (default: 0.2 to 2 million).")
  List<Long> fit;

  @Option(
      names = "--test",
      paramLabel = "WORDS",
      split = ",",
      description = "Larger sizes that they are tested on, with commas (default: 4 million).")
  List<Long> test;

  @Option(
      names = "--order",
      paramLabel = "N",
      split = ",",
      description = "Longest n-gram; several with commas (default: 3).")
  List<Integer> orders;

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description = "The model to estimate (default: kneser-ney); mle counts only.")
  String estimator;

  @Option(names = "--arpa", description = "Also write an ARPA file.")
  boolean arpa;

  @Option(
      names = "--slices",
      paramLabel = "N",
      description = "Files that counts are cut into (default: 32).")
  Integer slices;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "For texts and counts; every executor must reach it (default: a temporary one of this"
              + " machine).")
  String folder;

  BenchScaleCommand() {
    super(BenchScaleConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("corpora", corpora)
        .put("exponents", exponents)
        .put("fit", fit)
        .put("test", test)
        .put("orders", orders)
        .put("estimator", estimator)
        .put("arpa", arpa ? true : null)
        .put("limits.slices", slices)
        .put("folder", folder);
  }

  @Override
  public String plan(BenchScaleConfig config, JobContext context) {
    List<String> lines = new ArrayList<>();
    for (CorpusText text : config.texts()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "count %s at %d sizes, order %s",
              text.name(),
              config.sizes().size(),
              config.orders().toString().replaceAll("[\\[\\]]", "")));
    }
    return String.join("\n", lines);
  }

  @Override
  public Result run(BenchScaleConfig config, JobContext context) throws Exception {
    JavaSparkContext spark = context.sparkContext();
    Configuration hadoop = context.hadoop();
    String before = hadoop.get(DictionaryLimit.KEY);
    if (config.limits().dictionaryBytes() > 0) {
      hadoop.setLong(DictionaryLimit.KEY, config.limits().dictionaryBytes());
    }
    try (BenchFolder place = BenchFolder.open(config.folder(), context)) {
      List<ScaleRun> runs = new Runs(config, context, place).all();
      return new Result(
          Processor.kind(),
          spark.master(),
          spark.defaultParallelism(),
          Master.of(spark.master()).oneProcess(),
          Runtime.getRuntime().maxMemory(),
          config.limits().slices(),
          config.partitions(),
          DictionaryLimit.of(spark),
          runs,
          growth(config, runs));
    } finally {
      if (before == null) {
        hadoop.unset(DictionaryLimit.KEY);
      } else {
        hadoop.set(DictionaryLimit.KEY, before);
      }
    }
  }

  private static List<Growth> growth(BenchScaleConfig config, List<ScaleRun> runs) {
    List<Growth> growth = new ArrayList<>();
    for (CorpusText text : config.texts()) {
      for (int order : config.orders()) {
        List<ScaleRun> mine =
            runs.stream()
                .filter(run -> run.text().equals(text.name()) && run.order() == order)
                .filter(run -> run.failure() == null)
                .toList();
        growth.add(
            new Growth(
                text.name(),
                order,
                ScaleLaw.of(
                    mine.stream()
                        .filter(run -> run.words() == config.base())
                        .findFirst()
                        .orElse(null),
                    mine.stream().filter(run -> config.fit().contains(run.words())).toList(),
                    mine.stream().filter(run -> config.test().contains(run.words())).toList(),
                    config.cluster().tokens())));
      }
    }
    return growth;
  }

  /** All counts, one after the other. */
  private static final class Runs {
    private static final String TEXT = "text";
    private static final String OUT = "out";
    private static final int DEEPEST = 20;

    private final BenchScaleConfig config;
    private final JobContext context;
    private final BenchFolder place;
    private final List<ScaleRun> runs = new ArrayList<>();
    private CorpusText written; // what lies in the folder; null for nothing
    private int done;

    Runs(BenchScaleConfig config, JobContext context, BenchFolder place) {
      this.config = config;
      this.context = context;
      this.place = place;
    }

    List<ScaleRun> all() throws Exception {
      List<CorpusText> texts = config.texts();
      // One more is not measured.
      int each = config.sizes().size() * config.orders().size() + 1;
      context.progress().stage("scale", (long) texts.size() * each, "counts");
      for (CorpusText text : texts) {
        all(text);
      }
      return runs;
    }

    private void all(CorpusText first) throws Exception {
      // Classes are loaded, and some compiled, in a count that is not measured.
      count(first, config.orders().get(0));
      Set<Integer> failed = new HashSet<>();
      for (long words : config.sizes()) {
        if (failed.size() == config.orders().size()) {
          return;
        }
        CorpusText text = first.of(words);
        for (int order : config.orders()) {
          // What fails at a size fails at those above.
          if (!failed.contains(order)) {
            ScaleRun run = count(text, order);
            runs.add(run);
            if (run.failure() != null) {
              failed.add(order);
            }
          }
        }
      }
    }

    private ScaleRun count(CorpusText text, int order) throws Exception {
      try {
        FileSystem fs = Paths.plain(new Path(place.below(TEXT)), context.hadoop());
        if (written == null || !written.equals(text)) {
          place.remove(TEXT);
          text.write(file -> fs.create(new Path(place.below(TEXT), file)));
          written = text;
        }
        return measure(text, order);
      } finally {
        place.remove(OUT);
      }
    }

    private ScaleRun measure(CorpusText text, int order) throws Exception {
      String name =
          String.format(Locale.ROOT, "%s, %,d words, order %d", text.name(), text.tokens(), order);
      context.progress().update(done, name);
      NgramsConfig counting =
          config.counting(
              text.corpus(),
              order,
              place.below(TEXT),
              place.below(OUT + "/ngrams"),
              place.below(OUT + "/model.arpa"));
      JobContext inner =
          context.inner("ngrams", Overwrite.REFUSE, new Within(context.progress(), done, name));
      JavaSparkContext spark = context.sparkContext();
      try {
        return ScaleMeter.measure(
            spark,
            text.name(),
            order,
            text.tokens(),
            () -> counted(new NgramsCommand().run(counting, inner)),
            problem -> spark.sc().isStopped() ? null : why(problem));
      } finally {
        context.progress().update(++done, name);
      }
    }

    /** What a task met arrives within Spark's own exceptions. */
    private static String why(Throwable problem) {
      Throwable at = problem;
      for (int depth = 0; at != null && depth < DEEPEST; depth++, at = at.getCause()) {
        if (at instanceof UserException) {
          return Failures.oneLine(at);
        }
        if (at instanceof OutOfMemoryError) {
          return "out of memory (" + Failures.oneLine(at) + ")";
        }
      }
      return Failures.oneLine(problem);
    }

    private ScaleMeter.Counted counted(NgramsResult result) throws IOException {
      Path out = new Path(place.below(OUT));
      FileSystem fs = out.getFileSystem(context.hadoop());
      long files = 0;
      long bytes = 0;
      for (RemoteIterator<LocatedFileStatus> all = fs.listFiles(out, true); all.hasNext(); ) {
        bytes += all.next().getLen();
        files++;
      }
      return new ScaleMeter.Counted(result.details().tokens(), files, bytes);
    }
  }

  @Override
  public String summary(BenchScaleConfig config, Result result) {
    return BenchScaleSummary.of(config, result);
  }
}
