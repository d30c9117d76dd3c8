package org.seqlm.job.compile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.ngram.compiled.CompiledHeader;
import org.seqlm.ngram.compiled.CompiledWriter;
import org.seqlm.ngram.files.CompiledModels;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.spark.models.ModelCompiling;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm compile}. It needs no Spark. */
@Command(
    name = "compile",
    description = {
      "Compiles a back-off model into one file to score with: it is mapped into memory instead of"
          + " loaded, opened in milliseconds, and shared by all processes of a host. Scores are"
          + " those of the model, bit for bit, unless values are quantised.",
      "",
      "Example: seqlm compile --model out/lm --output out/lm.seqlm",
      "Example: seqlm compile --model lm.arpa.gz --output lm.seqlm --layout small --quantize 8",
      "Example: seqlm compile --verify lm.seqlm"
    })
public final class CompileCommand extends JobCommand<CompileConfig, CompileResult> {
  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "An n-gram folder, its Parquet tables, or FILE.arpa; a model that backs off.")
  String model;

  @Option(names = "--output", paramLabel = "FILE", description = "The compiled model.")
  String output;

  @Option(
      names = "--layout",
      paramLabel = "fast|small",
      description = "Fast to score with, or small (default: fast).")
  String layout;

  @Option(
      names = "--quantize",
      paramLabel = "BITS",
      description = "Of layout small: 2 to 16 bits a value (default: whole values).")
  Integer quantize;

  @Option(
      names = "--verify",
      paramLabel = "FILE",
      description = "Compile nothing; compare a compiled model with its checksums.")
  String verify;

  CompileCommand() {
    super(CompileConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", model)
        .put("output", output)
        .put("verify", verify)
        .put("layout", layout)
        .put("quantize", quantize);
  }

  @Override
  public String plan(CompileConfig config, JobContext context) throws IOException {
    Configuration conf = context.hadoop();
    if (config.verify() != null) {
      return "compare " + config.verify() + " with its checksums";
    }
    OutputCheck.file(conf, "--output", config.output(), context.overwrite());
    return "compile "
        + ModelCompiling.of(conf, config.model()).kind()
        + " in this process\nwrite "
        + config.output()
        + ", layout "
        + Json.name(config.layout());
  }

  @Override
  public CompileResult run(CompileConfig config, JobContext context) throws IOException {
    long start = System.nanoTime();
    Configuration conf = context.hadoop();
    if (config.verify() != null) {
      CompiledHeader header = CompiledModels.verify(conf, config.verify());
      return result(config.verify(), header.title(), config.verify(), header, conf, start);
    }
    OutputCheck.file(conf, "--output", config.output(), context.overwrite());
    ModelCompiling compiling = ModelCompiling.of(conf, config.model());
    CompiledHeader header =
        compiling.write(
            conf,
            config.output(),
            new CompiledWriter.Form(config.layout(), config.quantize()),
            new Spill((long) config.memoryMib() << 20, context.localFolder()),
            context.progress());
    return result(config.model(), compiling.kind(), config.output(), header, conf, start);
  }

  private static CompileResult result(
      String model,
      String kind,
      String output,
      CompiledHeader header,
      Configuration conf,
      long start)
      throws IOException {
    org.apache.hadoop.fs.Path file = Paths.of(output);
    long bytes = file.getFileSystem(conf).getFileStatus(file).getLen();
    List<Long> blanks = new ArrayList<>();
    for (int n = 0; n < header.order(); n++) {
      blanks.add(header.entries().get(n) - header.ngrams().get(n));
    }
    return new CompileResult(
        model,
        kind,
        output,
        header.fingerprint(),
        header.layout(),
        header.quantized(),
        header.ngrams(),
        blanks,
        header.entries().get(0).intValue(),
        bytes,
        8.0 * bytes / header.ngrams().stream().mapToLong(Long::longValue).sum(),
        (System.nanoTime() - start) / 1e9);
  }

  @Override
  public String summary(CompileConfig config, CompileResult result) {
    StringBuilder text = new StringBuilder();
    String done = config.verify() == null ? "compiled" : "verified";
    text.append(String.format(Locale.ROOT, "%-12s%s: %s%n", done, result.model(), result.kind()));
    for (int n = 0; n < result.ngrams().size(); n++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-12s%,d%s%n",
              n + 1 + "-grams",
              result.ngrams().get(n),
              n == 0 || result.blanks().get(n) == 0
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      " and %,d blanks, for longer ones whose ends the model lacks",
                      result.blanks().get(n))));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "layout      %s%s: %,d bytes, %.1f bits an n-gram%n",
            Json.name(result.layout()),
            result.quantize() == 0 ? "" : ", " + result.quantize() + " bits a value",
            result.bytes(),
            result.bitsPerNgram()));
    text.append(String.format(Locale.ROOT, "model       %s%n", result.output()));
    return text.append(String.format(Locale.ROOT, "took        %.1f s%n", result.seconds()))
        .toString();
  }
}
