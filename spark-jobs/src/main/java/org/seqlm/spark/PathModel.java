package org.seqlm.spark;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.ModelArtifact;
import org.seqlm.artifact.NgramArtifact;
import org.seqlm.lm.LanguageModel;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabulary;

/**
 * A model as a user names it: the folder of a run, of a model, of a mixture, or of counted n-grams
 * with an optional selector, {@code DIR#estimator=mle,order=2}.
 */
public final class PathModel {
  /**
   * What this process has loaded, by folder and fingerprint: models of one folder share its counts.
   */
  private static final Map<String, Loaded> LOADED = new ConcurrentHashMap<>();

  private final Loaded loaded;
  private final String folder;
  private final String selector;
  private final LanguageModel model;

  private PathModel(Loaded loaded, String folder, String selector) throws IOException {
    this.loaded = loaded;
    this.folder = folder;
    this.selector = selector;
    this.model = loaded.model(selector);
  }

  /** A folder's content; exactly one of the three is there. */
  private record Loaded(
      String fingerprint, ModelArtifact neural, NgramArtifact ngrams, MixtureModel mixture) {
    LanguageModel model(String selector) throws IOException {
      if (mixture != null) {
        return mixture.model();
      }
      return neural != null ? neural.model() : ngrams.model(selector);
    }
  }

  /**
   * Loads a model, once a process.
   *
   * @throws UserException with exit code 3 if there is none, 2 if the selector selects none
   */
  public static PathModel open(Configuration conf, String path) throws IOException {
    int hash = path.lastIndexOf('#');
    String folder = hash < 0 ? path : path.substring(0, hash);
    String selector = hash < 0 ? null : path.substring(hash + 1);
    Loaded loaded = load(conf, folder);
    if (loaded.ngrams() == null && selector != null) {
      throw UserException.configuration(
          "model "
              + path
              + " has a selector, but "
              + folder
              + (loaded.neural() != null ? " holds a neural model" : " holds a mixture")
              + ": leave out #"
              + selector);
    }
    return new PathModel(loaded, folder, selector);
  }

  private static Loaded load(Configuration conf, String folder) throws IOException {
    if (ArtifactReader.isArtifact(conf, folder)) {
      ArtifactReader reader = ArtifactReader.open(conf, folder);
      ArtifactKind kind = reader.manifest().kind();
      if (kind == ArtifactKind.NGRAMS) {
        return loaded(
            folder,
            new Loaded(
                reader.manifest().fingerprint(), null, NgramArtifact.open(conf, folder), null));
      }
      if (kind == ArtifactKind.MIXTURE) {
        MixtureModel mixture = MixtureModel.open(conf, folder);
        return loaded(folder, new Loaded(mixture.fingerprint(), null, null, mixture));
      }
      if (kind != ArtifactKind.RUN && kind != ArtifactKind.MODEL) {
        throw UserException.data(
            folder
                + " is of kind "
                + Json.name(kind)
                + ", but a run, a model, a mixture or counted n-grams are needed here");
      }
    }
    ModelArtifact artifact = ModelArtifact.load(conf, folder);
    return loaded(folder, new Loaded(artifact.manifest().fingerprint(), artifact, null, null));
  }

  /** The one that is there already, if it is the same. */
  private static Loaded loaded(String folder, Loaded fresh) {
    return LOADED.computeIfAbsent(folder + " " + fresh.fingerprint(), key -> fresh);
  }

  /** The model itself. */
  public LanguageModel model() {
    return model;
  }

  public Vocabulary vocabulary() {
    return model.vocabulary();
  }

  /** How text becomes the model's tokens. */
  public TextRules rules() {
    if (loaded.mixture() != null) {
      return loaded.mixture().rules();
    }
    return loaded.neural() != null ? loaded.neural().rules() : loaded.ngrams().details().rules();
  }

  /** For instance {@code lstm 1x128} or {@code 3-gram add-k 0.01}. */
  public String kind() {
    if (loaded.mixture() != null) {
      return loaded.mixture().title();
    }
    return loaded.neural() != null
        ? loaded.neural().manifest().details(ModelArtifact.ModelDetails.class).title()
        : ((org.seqlm.ngram.MarkovModel) model).name();
  }

  /** Of the folder's manifest. */
  public String fingerprint() {
    return loaded.fingerprint();
  }

  /** Lets executors load the model, once each. */
  public ModelSupplier supplier(JavaSparkContext spark) {
    SerializableConfiguration conf = new SerializableConfiguration(spark.hadoopConfiguration());
    String key = folder + " " + loaded.fingerprint();
    String name = selector == null ? folder : folder + "#" + selector;
    String chosen = selector;
    return () -> {
      Loaded known = LOADED.get(key);
      return known != null ? known.model(chosen) : open(conf.value(), name).model();
    };
  }
}
