package org.seqlm.spark.models;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Kept;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Manifest;
import org.seqlm.corpus.file.Compression;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.files.ModelPath;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunView;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramModels;
import org.seqlm.ngram.files.NgramTablesArtifact;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.ngram.model.MarkovModel;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.store.Paths;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabulary;

/**
 * A model as a user names it: the folder of a run, of a model, of a checkpoint, of a mixture, or of
 * counted n-grams, as they are written or as Parquet, with an optional selector, {@code
 * DIR#estimator=mle,order=2}; or a file that {@code seqlm compile} wrote, an ARPA file, plain or
 * packed, or a KenLM binary; or a version of a registry, {@code DIR#7}, whose champion {@code DIR}
 * alone is; see {@link ModelPath}, {@link RegistryPath} and {@link Compression}.
 */
public final class PathModel {
  /**
   * The folder for copies of compiled models that lie on no disk of this host; where it is not set,
   * one in {@code spark.local.dir}.
   */
  public static final String COPIES = "seqlm.compiled.copies";

  /**
   * What this process has loaded, by qualified path and fingerprint, a file also by its length and
   * time: models of one folder share its counts. More than any job scores at once. Of a path the
   * model that came last.
   */
  private static final Kept<Loaded> LOADED = new Kept<>(32);

  private final Loaded loaded;
  private final String place;
  private final String selector;
  private final LanguageModel model;

  /**
   * @param folder as the user named it
   * @param place the same as anyone can open it
   */
  private PathModel(Loaded loaded, String folder, String place, String selector)
      throws IOException {
    this.loaded = loaded;
    this.place = place;
    this.selector = selector;
    try {
      this.model = loaded.model(selector);
    } catch (OutOfMemoryError e) {
      throw tooLarge(folder, "", e);
    }
  }

  /** What a path holds; exactly one of the five is there. */
  private record Loaded(
      String fingerprint,
      ModelArtifact neural,
      NgramModels ngrams,
      ModelFile file,
      MixtureModel mixture) {
    LanguageModel model(String selector) throws IOException {
      if (mixture != null) {
        return mixture.model();
      }
      return neural != null ? neural.model() : file != null ? file.model() : ngrams.model(selector);
    }

    /** Whether it does not say by which rules its text was cut. */
    boolean ofUnknownRules() {
      return file != null && file.rules() == null;
    }

    String what() {
      return file != null
          ? file.what()
          : mixture != null ? "holds a mixture" : "holds a neural model";
    }
  }

  /**
   * Loads a model; of one that this process has loaded before, what was loaded then is used.
   *
   * @throws UserException with exit code 3 if there is none, 2 if the selector selects none
   */
  public static PathModel open(Configuration conf, String path) throws IOException {
    ModelPath named = ModelPath.of(RegistryPath.model(conf, path));
    String folder = named.folder();
    String selector = named.selector();
    Path given = Paths.of(folder);
    String place = given.getFileSystem(conf).makeQualified(given).toString();
    Loaded found = load(conf, folder, place);
    String key = key(place, found.fingerprint());
    Loaded loaded = LOADED.open(key, () -> newest(place, key, found));
    if (loaded.ngrams() == null && selector != null) {
      throw UserException.configuration(
          "model "
              + path
              + " has a selector, but "
              + folder
              + " "
              + loaded.what()
              + ": leave out #"
              + selector);
    }
    return new PathModel(loaded, folder, place, selector);
  }

  /** What tells a model from all others: what lies at its path may be replaced. */
  private static String key(String place, String fingerprint) {
    return place + "\n" + fingerprint;
  }

  /** A session sees many models come to a place, one after another: of those the last is kept. */
  private static Loaded newest(String place, String key, Loaded loaded) {
    LOADED.drop(other -> other.startsWith(place + "\n") && !other.equals(key));
    return loaded;
  }

  /** Has this process load anew what it is asked for. */
  static void forget() {
    LOADED.clear();
  }

  /**
   * Loads what a path holds.
   *
   * @param place the path, qualified
   */
  private static Loaded load(Configuration conf, String folder, String place) throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    try {
      FileStatus status = fs.getFileStatus(path);
      if (status.isFile()) {
        return file(fs, status, folder, place);
      }
    } catch (FileNotFoundException e) {
      // What is missing is told below, in the words for folders.
    }
    if (ArtifactReader.isArtifact(conf, folder)) {
      ArtifactReader reader = ArtifactReader.open(conf, folder);
      ArtifactKind kind = reader.manifest().kind();
      if (kind == ArtifactKind.NGRAMS) {
        return loaded(reader.manifest(), null, NgramArtifact.open(conf, folder), null);
      }
      if (kind == ArtifactKind.NGRAMS_PARQUET) {
        return loaded(reader.manifest(), null, NgramTablesArtifact.open(conf, folder), null);
      }
      if (kind == ArtifactKind.MIXTURE) {
        // Its models are loaded first: each has a place of its own in what is loaded.
        MixtureModel mixture = MixtureModel.open(conf, folder);
        return loaded(mixture.manifest(), null, null, mixture);
      }
      if (kind != ArtifactKind.RUN
          && kind != ArtifactKind.MODEL
          && kind != ArtifactKind.CHECKPOINT) {
        throw UserException.data(
            folder
                + " is of kind "
                + kind.shown()
                + ", but a run, a model, a checkpoint, a mixture or counted n-grams are needed"
                + " here");
      }
    }
    if (!ArtifactReader.isArtifact(conf, folder) && RunView.find(conf, folder) == null) {
      throw UserException.data(
          folder
              + (fs.exists(path) ? " holds no model" : " does not exist")
              + ": give a run (seqlm train) or the model or a checkpoint in it, an n-gram folder"
              + " (seqlm ngrams), a mixture (seqlm interpolate), a compiled model (seqlm compile),"
              + " an ARPA file or a KenLM binary");
    }
    ModelArtifact artifact = ModelArtifact.load(conf, folder);
    return loaded(artifact.manifest(), artifact, null, null);
  }

  private static Loaded loaded(
      Manifest manifest, ModelArtifact neural, NgramModels ngrams, MixtureModel mixture) {
    return new Loaded(manifest.fingerprint(), neural, ngrams, null, mixture);
  }

  /** Where copies of compiled models lie that all processes of a user on this host share. */
  public static java.nio.file.Path copies(Configuration conf) {
    String given = conf.get(COPIES);
    if (given != null) {
      return java.nio.file.Path.of(given);
    }
    String temporary = System.getProperty("java.io.tmpdir");
    String disks =
        SparkEnv.get() == null
            ? temporary
            : SparkEnv.get().conf().get("spark.local.dir", temporary);
    return java.nio.file.Path.of(
        disks.split(",")[0].strip(), "seqlm-compiled-" + System.getProperty("user.name"));
  }

  /** Its fingerprint is known once it is read: until then its length and time tell it. */
  private static Loaded file(FileSystem fs, FileStatus status, String name, String place)
      throws IOException {
    String files = "file " + place;
    String key = files + "\n" + status.getLen() + " " + status.getModificationTime();
    return LOADED.open(
        key,
        () -> {
          try {
            ModelFile file = ModelFile.open(fs, status, name, copies(fs.getConf()));
            Loaded loaded = new Loaded(file.fingerprint(), null, null, file, null);
            return newest(files, key, loaded);
          } catch (OutOfMemoryError e) {
            throw tooLarge(
                name, " (reading takes about 40 bytes an n-gram of the largest order)", e);
          }
        });
  }

  private static UserException tooLarge(String path, String takes, OutOfMemoryError cause) {
    return UserException.platform(
        path
            + " does not fit into the heap of "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB"
            + takes
            + ": give spark.driver.memory and spark.executor.memory more, or prune the model",
        cause);
  }

  /** Tells what whoever uses the model should know: that it is of a run that is not finished. */
  public void tell(Progress progress) {
    if (loaded.neural() != null && !loaded.neural().notice().isEmpty()) {
      progress.message("note: " + loaded.neural().notice());
    }
  }

  /** The model itself. */
  public LanguageModel model() {
    return model;
  }

  public Vocabulary vocabulary() {
    return model.vocabulary();
  }

  /** How text becomes the model's tokens; a file's are what white space separates. */
  public TextRules rules() {
    if (loaded.ofUnknownRules()) {
      return TextRules.of(TokenizerKind.WHITESPACE);
    }
    if (loaded.file() != null) {
      return loaded.file().rules();
    }
    if (loaded.mixture() != null) {
      return loaded.mixture().rules();
    }
    return loaded.neural() != null ? loaded.neural().rules() : loaded.ngrams().details().rules();
  }

  /**
   * Whether the model can be evaluated on a dataset of such tokens. Nobody knows what the words of
   * an ARPA file or of KenLM's were cut by: it takes any. A mixture takes what all its models take.
   */
  public boolean takes(TokenizerKind kind) {
    if (loaded.mixture() != null) {
      return loaded.mixture().takes(kind);
    }
    return loaded.ofUnknownRules() ? kind != TokenizerKind.CHAR : rules().kind() == kind;
  }

  /**
   * Checks that the model can be part of a mixture. Nobody knows what the numbers in a file of
   * anyone's are: they are taken for probabilities.
   *
   * @throws UserException with exit code 2 if it gives scores that do not sum to 1
   */
  public void checkMixable(String path) {
    NgramModels ngrams = loaded.ngrams();
    if (ngrams != null
        && ngrams.details().model().parse(selector, ngrams.details().order()).estimator()
            == Estimator.STUPID_BACKOFF) {
      throw UserException.configuration(
          "model "
              + path
              + " is of stupid-backoff, whose scores are no probabilities, and a mixture with them"
              + " would be none: estimate it with another --estimator, or select"
              + " #estimator=add-k");
    }
  }

  /** Whether it says by which rules its text was cut. */
  boolean knowsRules() {
    return !loaded.ofUnknownRules();
  }

  /** For instance {@code lstm 1x128} or {@code 3-gram add-k 0.01}. */
  public String kind() {
    if (loaded.neural() != null) {
      return loaded.neural().model().spec().title();
    }
    if (loaded.mixture() != null) {
      return loaded.mixture().title();
    }
    if (loaded.file() != null) {
      return loaded.file().kind();
    }
    return model instanceof BackoffModel backoff ? backoff.name() : ((MarkovModel) model).name();
  }

  /** Of the folder's manifest, or of a file's bytes. */
  public String fingerprint() {
    return loaded.fingerprint();
  }

  /** Lets executors load the model, once each. */
  public ModelSupplier supplier(JavaSparkContext spark) {
    return new Stored(
        new SharedSettings(spark.hadoopConfiguration()), loaded.fingerprint(), place, selector);
  }

  /**
   * How an executor comes by the same model.
   *
   * @param folder or file, qualified: an executor may have another working folder
   * @param selector null for none
   */
  record Stored(SharedSettings conf, String fingerprint, String folder, String selector)
      implements ModelSupplier {
    /**
     * The model, from what this process loaded before if it is there.
     *
     * @throws UserException with exit code 3 if the path no longer holds the same model
     */
    @Override
    public LanguageModel model() throws IOException {
      Loaded known = LOADED.open(key(folder, fingerprint), this::load);
      try {
        return known.model(selector);
      } catch (OutOfMemoryError e) {
        throw tooLarge(folder, "", e);
      }
    }

    private Loaded load() throws IOException {
      Loaded found = PathModel.load(conf.value(), folder, folder);
      if (!found.fingerprint().equals(fingerprint)) {
        throw UserException.data(
            folder + " was replaced by another model while it was in use: start the job again");
      }
      return newest(folder, key(folder, fingerprint), found);
    }
  }
}
