package org.seqlm.job.export;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.NgramOutputs;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.ngrams.NgramExport;
import org.seqlm.spark.task.JobCosts;
import org.seqlm.spark.words.SpelledVocabulary;
import org.seqlm.spark.words.StoredVocabulary;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm export}. */
@Command(
    name = "export",
    description = {
      "Writes counted n-grams in other forms (ARPA, Parquet, TSV), or a trained network for PyTorch"
          + " (safetensors) and ONNX Runtime.",
      "N-grams are not counted again: the files are those, byte for byte, that seqlm ngrams writes"
          + " with the same flags. ONNX Runtime has computed the network before anything is"
          + " written.",
      "",
      "Example: seqlm export --model out/lm --arpa out/lm.arpa.gz",
      "Example: seqlm export --model out/run --onnx out/onnx"
    })
public final class ExportCommand extends JobCommand<ExportConfig, ExportResult> {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "What seqlm ngrams or seqlm train wrote.")
  String model;

  @Option(
      names = "--arpa",
      paramLabel = "FILE",
      description = "Write the model as an ARPA file, packed if named .gz, .bz2, .zst or .xz.")
  String arpa;

  @Option(
      names = "--parquet",
      paramLabel = "DIR",
      description = "Write counts and model as Parquet, for Spark, DuckDB, pandas, Hive.")
  String parquet;

  @Option(
      names = "--tsv",
      paramLabel = "DIR",
      description = "Write the counts as text, laid out as Google's n-grams.")
  String tsv;

  @Option(
      names = ExportConfig.SAFETENSORS,
      paramLabel = "DIR",
      description = "Write a network as PyTorch's modules hold it.")
  String safetensors;

  @Option(
      names = ExportConfig.ONNX,
      paramLabel = "DIR",
      description = "Write a network as ONNX, checked by ONNX Runtime.")
  String onnx;

  ExportCommand() {
    super(ExportConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", model)
        .put("export.arpa", arpa)
        .put("export.parquet", parquet)
        .put("export.tsv", tsv)
        .put("export.safetensors", safetensors)
        .put("export.onnx", onnx);
  }

  @Override
  public String plan(ExportConfig config, JobContext context) throws IOException {
    refuseOtherKind(config, context.hadoop());
    if (config.export().isOfNetworks()) {
      return NetworkExport.plan(config, context);
    }
    NgramArtifact ngrams = open(config, context);
    return "read "
        + kind(ngrams)
        + " in "
        + config.model()
        + "\nwrite "
        + NgramOutputs.describe(config.export().ofNgrams(), ", ").substring(2);
  }

  @Override
  public ExportResult run(ExportConfig config, JobContext context) throws IOException {
    refuseOtherKind(config, context.hadoop());
    if (config.export().isOfNetworks()) {
      return NetworkExport.run(config, context);
    }
    long start = System.nanoTime();
    NgramsConfig.Export export = config.export().ofNgrams();
    NgramArtifact ngrams = open(config, context);
    NgramDetails details = ngrams.details();
    JavaSparkContext spark = context.sparkContext();
    try (JobCosts costs = new JobCosts(spark);
        NgramOutputs outputs = NgramOutputs.create(export, context);
        JobContext.Awaited tasks = context.awaitTasks()) {
      SpelledVocabulary vocabulary = StoredVocabulary.of(spark, ngrams);
      NgramExport.Exported exported;
      try (NgramExport writing = NgramExport.of(ngrams, outputs.targets(), vocabulary)) {
        exported = writing.writeStored(spark, context.progress());
        outputs.add(exported);
        outputs.join(details.ngrams(), details.slices());
      }
      outputs.publish(ngrams.artifact().manifest());
      return new ExportResult(
          config.model(),
          ngrams.artifact().manifest().fingerprint(),
          kind(ngrams),
          details.ngrams(),
          forms(export, exported, context.hadoop()),
          (System.nanoTime() - start) / 1e9,
          costs.cpuSeconds(),
          costs.shuffleBytes(),
          NgramOutputs.notes(export, details.model()));
    }
  }

  /** Of n-grams a network's forms are refused, and of a network those of n-grams. */
  private static void refuseOtherKind(ExportConfig config, Configuration conf) throws IOException {
    if (!ArtifactReader.isArtifact(conf, config.model())) {
      return; // which is told in the words for what is needed
    }
    ArtifactKind kind = ArtifactReader.open(conf, config.model()).manifest().kind();
    boolean network =
        kind == ArtifactKind.RUN || kind == ArtifactKind.MODEL || kind == ArtifactKind.CHECKPOINT;
    String flags = String.join(" and ", config.export().paths().keySet());
    if (network && !config.export().isOfNetworks()) {
      throw otherKind(config, kind, "ngrams", flags, "a network's are --safetensors and --onnx");
    }
    if (kind == ArtifactKind.NGRAMS && config.export().isOfNetworks()) {
      throw otherKind(
          config, kind, "run or model", flags, "those of n-grams are --arpa, --parquet and --tsv");
    }
  }

  private static UserException otherKind(
      ExportConfig config, ArtifactKind kind, String needed, String flags, String forms) {
    return UserException.data(
        config.model()
            + " is of kind "
            + kind.shown()
            + ", but one of kind "
            + needed
            + " is needed for the form of "
            + flags
            + "; "
            + forms);
  }

  /** Opens the folder, and refuses, before any work, what cannot be written from it or at all. */
  private static NgramArtifact open(ExportConfig config, JobContext context) throws IOException {
    Configuration conf = context.hadoop();
    Path path = Paths.of(config.model());
    try {
      if (path.getFileSystem(conf).getFileStatus(path).isFile()) {
        throw UserException.data(
            config.model() + " is a file, but a folder that seqlm ngrams wrote is needed here");
      }
    } catch (FileNotFoundException e) {
      // What is missing is told below, in the words for folders.
    }
    NgramArtifact ngrams = NgramArtifact.open(conf, config.model());
    NgramDetails details = ngrams.details();
    NgramsConfig.Export export = config.export().ofNgrams();
    if (export.arpa() != null && !backsOff(details)) {
      throw UserException.configuration(
          "an ARPA file holds a model that backs off, but "
              + config.model()
              + " was counted with --estimator "
              + details.model().estimator().title()
              + ": run seqlm ngrams with --estimator kneser-ney, or leave out --arpa");
    }
    if (ngrams.slices() == null) {
      throw UserException.data(
          config.model()
              + " was written by a release that cut its counts otherwise: run seqlm ngrams once"
              + " more");
    }
    NgramOutputs.check(export, details.rules().kind(), context);
    ngrams.artifact().check("counts/");
    ngrams.artifact().check("model/");
    return ngrams;
  }

  private static boolean backsOff(NgramDetails details) {
    return details.model().estimator().backsOff();
  }

  private static String kind(NgramArtifact ngrams) {
    return ngrams.details().model().title();
  }

  private static List<ExportResult.Form> forms(
      NgramsConfig.Export export, NgramExport.Exported exported, Configuration conf)
      throws IOException {
    List<ExportResult.Form> forms = new ArrayList<>();
    if (export.arpa() != null) {
      Path file = Paths.of(export.arpa());
      long bytes = file.getFileSystem(conf).getFileStatus(file).getLen();
      forms.add(new ExportResult.Form("arpa", export.arpa(), 1, bytes));
    }
    if (export.parquet() != null) {
      forms.add(form("parquet", export.parquet(), exported.parquet()));
    }
    if (export.tsv() != null) {
      forms.add(form("tsv", export.tsv(), exported.tsv()));
    }
    return forms;
  }

  private static ExportResult.Form form(String name, String path, List<FileEntry> files) {
    long bytes = files.stream().mapToLong(FileEntry::bytes).sum();
    return new ExportResult.Form(name, path, files.size(), bytes);
  }

  @Override
  public String summary(ExportConfig config, ExportResult result) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "exported    %s: %s%s%n",
                result.model(),
                result.kind(),
                result.ngrams().isEmpty()
                    ? ""
                    : String.format(
                        Locale.ROOT,
                        ", %,d n-grams",
                        result.ngrams().stream().mapToLong(Long::longValue).sum())));
    for (ExportResult.Form form : result.written()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-12s%s: %,d bytes%s%n",
              form.form(),
              form.path(),
              form.bytes(),
              form.form().equals("arpa")
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      " in %,d %s",
                      form.files(),
                      form.files() == 1 ? "file" : "files")));
    }
    result.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.append(String.format(Locale.ROOT, "took        %.1f s%n", result.seconds()))
        .toString();
  }
}
