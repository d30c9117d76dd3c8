package org.seqlm.job.score;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.Master;
import org.seqlm.ngram.compiled.CompiledWriter;
import org.seqlm.ngram.compiled.Layout;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.spark.answers.SliceModel;
import org.seqlm.spark.models.ModelCompiling;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.TextScoring;
import org.seqlm.store.HostCopies;
import org.seqlm.store.Paths;

/**
 * A model that a text is to be scored with, as {@link ModelAccess} says. Of counted n-grams nothing
 * is loaded before it is known how.
 */
final class ScoredModel {
  /** What layout {@code fast} takes an n-gram, in bytes, about. */
  private static final long FAST_BYTES = 24;

  /** Of the heap, what a model may take of it that is loaded there, in parts. */
  private static final int HEAP_PARTS = 4;

  private final String path;
  private final ModelAccess access;
  private final ModelCompiling counted; // null of a model that each process opens as it is
  private final PathModel opened; // null of counted n-grams that are not loaded

  private ScoredModel(String path, ModelAccess access, ModelCompiling counted, PathModel opened) {
    this.path = path;
    this.access = access;
    this.counted = counted;
    this.opened = opened;
  }

  /**
   * Looks at a model.
   *
   * @throws UserException with exit code 3 if there is none, 2 if it cannot be had in the way that
   *     is asked for
   */
  static ScoredModel of(ScoreConfig config, String path, JobContext context) throws IOException {
    Configuration hadoop = context.hadoop();
    ModelAccess asked = config.access();
    ModelCompiling counted =
        asked == ModelAccess.HEAP ? null : ModelCompiling.ofCounts(hadoop, path);
    if (counted == null) {
      if (asked == ModelAccess.COMPILED || asked == ModelAccess.SLICES) {
        throw UserException.configuration(
            "--access "
                + Json.name(asked)
                + " is of counted n-grams whose model backs off (seqlm ngrams), but model "
                + path
                + " is none: leave it out, or compile an ARPA file with seqlm compile");
      }
      return new ScoredModel(path, ModelAccess.HEAP, null, PathModel.open(hadoop, path));
    }
    if (asked == ModelAccess.COMPILED && !isShared(config, context)) {
      throw UserException.configuration(
          "--access compiled needs a folder that all executors reach, but the default file system"
              + " is each machine's own: give --set compiled-folder=DIR");
    }
    ModelAccess access = asked == ModelAccess.AUTO ? chosen(config, counted, context) : asked;
    if (access == ModelAccess.SLICES && config.model().size() > 1) {
      throw UserException.configuration(
          "a text is sent to the slices of one model, but there are "
              + config.model().size()
              + " models: score with one at a time, or give another --access");
    }
    if (access == ModelAccess.SLICES && config.quantiles() != null) {
      throw UserException.configuration(
          "cutoffs are not learnt with a model that stays in its slices: give --cutoffs FILE, or"
              + " another --access");
    }
    return new ScoredModel(
        path, access, counted, access == ModelAccess.HEAP ? PathModel.open(hadoop, path) : null);
  }

  private static ModelAccess chosen(ScoreConfig config, ModelCompiling counted, JobContext context)
      throws IOException {
    long bytes = FAST_BYTES * counted.ngrams();
    boolean alone = config.model().size() == 1 && config.quantiles() == null;
    if (alone && bytes > (long) config.compiledMostGib() << 30) {
      return ModelAccess.SLICES;
    }
    if (!isShared(config, context)) {
      return ModelAccess.HEAP;
    }
    Path file = file(config, counted, context);
    return file.getFileSystem(context.hadoop()).exists(file)
            || !oneProcess(context)
            || bytes > Runtime.getRuntime().maxMemory() / HEAP_PARTS
        ? ModelAccess.COMPILED
        : ModelAccess.HEAP;
  }

  private static boolean oneProcess(JobContext context) {
    return Master.of(context.sparkConf().get("spark.master")).oneProcess();
  }

  /** Whether every process that scores can open what lies where models are compiled to. */
  private static boolean isShared(ScoreConfig config, JobContext context) {
    return oneProcess(context)
        || config.compiledFolder() != null
        || !FileSystem.getDefaultUri(context.hadoop()).getScheme().equals("file");
  }

  /** Where the compiled model is, or will be. */
  private static Path file(ScoreConfig config, ModelCompiling counted, JobContext context)
      throws IOException {
    String name = counted.fingerprint() + ".seqlm";
    if (config.compiledFolder() != null) {
      return new Path(Paths.of(config.compiledFolder()), name);
    }
    if (oneProcess(context)) {
      return new Path(PathModel.copies(context.hadoop()).toUri().toString(), name);
    }
    FileSystem fs = FileSystem.get(context.hadoop());
    return new Path(fs.getHomeDirectory(), ".seqlm/compiled/" + name);
  }

  /** What a plan says of it. */
  String describe(ScoreConfig config, JobContext context) throws IOException {
    if (counted == null) {
      return opened.kind();
    }
    return kind()
        + switch (access) {
          case COMPILED -> " (compiled: " + file(config, counted, context) + ")";
          case SLICES -> " (slice by slice)";
          default -> "";
        };
  }

  String path() {
    return path;
  }

  String kind() {
    return counted == null ? opened.kind() : counted.kind();
  }

  String fingerprint() {
    return counted == null ? opened.fingerprint() : counted.fingerprint();
  }

  /** Makes ready what tasks come by the model with. */
  TextScoring.Scorer scorer(ScoreConfig config, JobContext context) throws IOException {
    if (access == ModelAccess.SLICES) {
      context
          .progress()
          .message("note: " + path + " stays in its slices, which the text is sent to");
      return TextScoring.Scorer.of(counted.rules(), SliceModel.open(context.sparkContext(), path));
    }
    if (access == ModelAccess.COMPILED) {
      if (oneProcess(context) && config.compiledFolder() == null) {
        HostCopies.own(PathModel.copies(context.hadoop()).toAbsolutePath());
      }
      Path file = file(config, counted, context);
      if (!file.getFileSystem(context.hadoop()).exists(file)) {
        context.progress().message("note: " + path + " is compiled, once, to " + file);
        counted.write(
            context.hadoop(),
            file.toString(),
            new CompiledWriter.Form(Layout.FAST, 0),
            new Spill(Runtime.getRuntime().maxMemory() / HEAP_PARTS, context.localFolder()),
            context.progress());
      }
      PathModel compiled = PathModel.open(context.hadoop(), file.toString());
      return new TextScoring.Scorer(compiled.rules(), compiled.supplier(context.sparkContext()));
    }
    opened.tell(context.progress());
    return new TextScoring.Scorer(opened.rules(), opened.supplier(context.sparkContext()));
  }
}
