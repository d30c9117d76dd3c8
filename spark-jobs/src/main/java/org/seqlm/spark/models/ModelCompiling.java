package org.seqlm.spark.models;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.ShutdownHookManager;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.lm.files.ModelPath;
import org.seqlm.ngram.compiled.CompiledHeader;
import org.seqlm.ngram.compiled.CompiledWriter;
import org.seqlm.ngram.compiled.SortedNgrams;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.files.CompiledModels;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramModels;
import org.seqlm.ngram.files.NgramTablesArtifact;
import org.seqlm.ngram.kenlm.KenlmModel;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.model.ModelSink;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.registry.RegistryPath;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabulary;

/**
 * Compiles a back-off model that a path names. Of counted n-grams a slice is read at a time, and
 * their n-grams are sorted on the local disk of this process; of Parquet tables the contexts of one
 * order are in its heap, of an ARPA file the model is.
 */
public final class ModelCompiling {
  /** N-grams between two reports of progress. */
  private static final long TOLD = 1 << 16;

  private final String title;
  private final int order;
  private final Boundary boundary;
  private final TextRules rules;
  private final String fingerprint;
  private final NgramModels ngrams; // null of an ARPA file
  private final BackoffModel arpa; // null of counted n-grams

  private ModelCompiling(
      String title,
      int order,
      Boundary boundary,
      TextRules rules,
      String fingerprint,
      NgramModels ngrams,
      BackoffModel arpa) {
    this.title = title;
    this.order = order;
    this.boundary = boundary;
    this.rules = rules;
    this.fingerprint = fingerprint;
    this.ngrams = ngrams;
    this.arpa = arpa;
  }

  /**
   * Opens what is to be compiled.
   *
   * @param path as {@link PathModel#open} takes it
   * @throws UserException with exit code 3 if there is no model, 2 if it is none that backs off
   */
  public static ModelCompiling of(Configuration conf, String path) throws IOException {
    ModelPath named = ModelPath.of(RegistryPath.model(conf, path));
    String folder = named.folder();
    Path file = Paths.of(folder);
    FileSystem fs = file.getFileSystem(conf);
    try {
      FileStatus status = fs.getFileStatus(file);
      if (status.isFile() && CompiledModels.isOne(fs, status)) {
        throw refused(path, "is compiled already: give the model that it was compiled from");
      }
    } catch (FileNotFoundException e) {
      // What is missing is told below.
    }
    if (ArtifactReader.isArtifact(conf, folder)) {
      ArtifactReader reader = ArtifactReader.open(conf, folder);
      ArtifactKind kind = reader.manifest().kind();
      if (kind == ArtifactKind.NGRAMS) {
        return of(path, named, NgramArtifact.open(conf, folder), reader);
      }
      if (kind == ArtifactKind.NGRAMS_PARQUET) {
        return of(path, named, NgramTablesArtifact.open(conf, folder), reader);
      }
      if (kind == ArtifactKind.MIXTURE) {
        throw refused(
            path,
            "is a mixture, which is computed from its models: compile those that back off, and mix"
                + " them again with seqlm interpolate");
      }
    }
    PathModel model = PathModel.open(conf, path);
    if (model.model() instanceof BackoffModel arpa) {
      return new ModelCompiling(
          arpa.name(),
          arpa.order(),
          arpa.passages().boundary(),
          null,
          model.fingerprint(),
          null,
          arpa);
    }
    if (model.model() instanceof KenlmModel) {
      throw refused(path, "is a KenLM binary, which is mapped as it is: compile its ARPA file");
    }
    throw refused(path, "is " + model.kind() + ", a network: only n-gram models are compiled");
  }

  /**
   * Looks whether a path names counted n-grams whose model backs off; reads their manifest only.
   *
   * @return null if it does not
   */
  public static ModelCompiling ofCounts(Configuration conf, String path) throws IOException {
    ModelPath named = ModelPath.of(RegistryPath.model(conf, path));
    if (!ArtifactReader.isArtifact(conf, named.folder())) {
      return null;
    }
    ArtifactReader reader = ArtifactReader.open(conf, named.folder());
    if (reader.manifest().kind() != ArtifactKind.NGRAMS) {
      return null;
    }
    NgramArtifact ngrams = NgramArtifact.open(conf, named.folder());
    Estimator estimator =
        ngrams.details().model().parse(named.selector(), ngrams.details().order()).estimator();
    return estimator.backsOff() && estimator != Estimator.STUPID_BACKOFF
        ? of(path, named, ngrams, reader)
        : null;
  }

  private static ModelCompiling of(
      String path, ModelPath named, NgramModels ngrams, ArtifactReader reader) {
    ModelSelector choice =
        ngrams.details().model().parse(named.selector(), ngrams.details().order());
    if (!choice.estimator().backsOff()) {
      throw refused(
          path,
          "is "
              + choice.title()
              + ", which is made of counts and does not back off: run seqlm ngrams with"
              + " --estimator kneser-ney");
    }
    if (choice.estimator() == Estimator.STUPID_BACKOFF) {
      throw refused(
          path,
          "is of stupid-backoff, whose scores are no probabilities: run seqlm ngrams with another"
              + " --estimator");
    }
    return new ModelCompiling(
        choice.title(),
        choice.order(),
        ngrams.details().boundary(),
        ngrams.details().rules(),
        reader.manifest().fingerprint(),
        ngrams,
        null);
  }

  private static UserException refused(String path, String why) {
    return UserException.configuration("model " + path + " " + why);
  }

  /** For instance {@code 3-gram kneser-ney}. */
  public String kind() {
    return title;
  }

  /** How text becomes the model's tokens; null where nobody knows. */
  public TextRules rules() {
    return rules;
  }

  /** N-grams of all orders. */
  public long ngrams() {
    long sum = 0;
    for (int n = 1; n <= order; n++) {
      sum += arpa != null ? arpa.ngrams(n) : ngrams.details().ngrams().get(n - 1);
    }
    return sum;
  }

  /** Of what is compiled. */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Compiles the model into a file, in place of what may be there; it appears whole or not at all,
   * whoever else writes it.
   *
   * @param target on any file system
   * @param spill bytes in memory beside the vocabulary, and a folder on the local disk, which is
   *     made if need be
   */
  public CompiledHeader write(
      Configuration conf, String target, CompiledWriter.Form form, Spill spill, Progress progress)
      throws IOException {
    CompiledHeader[] header = new CompiledHeader[1];
    Files.createDirectories(spill.folder());
    java.nio.file.Path own = Files.createTempDirectory(spill.folder(), "seqlm-compile-");
    // Where the process is told to stop, nobody else removes what was sorted.
    ShutdownHookManager.registerShutdownDeleteDir(own.toFile());
    Spill half = new Spill(spill.memory() / 2, own);
    Closeable removed =
        () -> {
          Files.deleteIfExists(own);
          ShutdownHookManager.removeShutdownDeleteDir(own.toFile());
        };
    try (removed;
        Sorting sorting = new Sorting(half)) {
      progress.stage("sort", ngrams(), "n-grams");
      sorting.read(this, progress);
      progress.update(ngrams(), "");
      progress.stage("write", 0, "bytes");
      CompiledWriter.About about = new CompiledWriter.About(boundary, title, fingerprint, rules);
      replace(
          conf,
          Paths.of(target),
          out ->
              header[0] =
                  CompiledWriter.write(sorting.ngrams, sorting.vocabulary, about, form, half, out));
      Path file = Paths.of(target);
      progress.update(file.getFileSystem(conf).getFileStatus(file).getLen(), "");
    }
    return header[0];
  }

  private static void replace(Configuration conf, Path target, HashedFile.Content content)
      throws IOException {
    FileSystem fs = Paths.plain(target, conf);
    if (!Store.of(fs, target).hasFolders()) {
      // It appears when it is closed, or never.
      HashedFile.replacePlain(fs, target, content);
      return;
    }
    Path file = fs.makeQualified(target);
    // Of two that write it at the same time each has a name of its own until the end.
    Path own =
        Paths.below(
            file.getParent(),
            "." + file.getName() + "." + UUID.randomUUID() + HashedFile.TEMPORARY);
    fs.deleteOnExit(own);
    try {
      HashedFile.replacePlain(fs, own, content);
      HashedFile.replace(fs, own, file);
      Paths.forgetChecksum(fs, file);
    } finally {
      fs.delete(own, false);
      fs.cancelDeleteOnExit(own);
    }
  }

  /** The model's n-grams on their way. */
  private static final class Sorting implements Closeable {
    private final Spill spill;
    private SortedNgrams ngrams; // null before it is read
    private Vocabulary vocabulary;

    Sorting(Spill spill) {
      this.spill = spill;
    }

    void read(ModelCompiling model, Progress progress) throws IOException {
      if (model.arpa != null) {
        model.arpa.writeTo(begin(model.order, model.arpa.vocabulary(), progress));
      } else {
        model.ngrams.writeModel(words -> begin(model.order, words, progress));
      }
    }

    private ModelSink begin(int order, Vocabulary words, Progress progress) {
      vocabulary = words;
      ngrams = new SortedNgrams(order, words.size(), spill);
      long[] done = new long[2]; // n-grams, and of those the ones that were told
      return (n, context, size, followers, logProbabilities, logBackoff) -> {
        ngrams.context(n, context, size, followers, logProbabilities, logBackoff);
        done[0] += size;
        if (done[0] - done[1] > TOLD) {
          done[1] = done[0];
          progress.update(done[0], "");
        }
      };
    }

    @Override
    public void close() throws IOException {
      if (ngrams != null) {
        ngrams.close();
      }
    }
  }
}
