package org.seqlm.lm.files;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.store.Paths;

/**
 * A mixture of models on a file system: {@code mixture.json} names the models, which stay where
 * they are, with their fingerprints and weights. A model beside the mixture, in the same parent
 * folder, is named relative to it, so that the parent folder can be moved.
 */
public final class MixtureArtifact {
  private static final String MIXTURE = "mixture.json";
  private static final String BESIDE = "../";

  private final ArtifactReader reader;
  private final List<Component> components;
  private final String title;

  /**
   * One of the models.
   *
   * @param path a whole path, or one that begins with {@code ../} and is relative to the mixture's
   *     folder; a selector of n-gram models may follow
   * @param fingerprint of the model
   * @param weight lambda, 0 to 1
   */
  public record Component(String path, String fingerprint, double weight) {
    public Component {
      new Problems()
          .present("path", path, "name the model")
          .present("fingerprint", fingerprint, "give the model's")
          .inRange("weight", weight, 0, 1)
          .throwIfAny();
      if (List.of(path.split("/")).lastIndexOf("..") > 0) {
        throw new IllegalArgumentException(
            "the model \"" + path + "\" lies neither at a whole path nor beside the mixture");
      }
    }
  }

  /** The content of {@code mixture.json}; the weights sum to 1. */
  private record MixtureFile(List<Component> components) {}

  /**
   * What a mixture's manifest adds.
   *
   * @param title for instance {@code 0.25 of 3-gram add-k 0.01, 0.75 of lstm 1x128}
   * @param components the models
   * @param split that the weights were tuned or scored on
   * @param tokens of it
   * @param perplexity of the mixture on it, null if it is infinite
   */
  public record MixtureDetails(
      String title, List<Component> components, String split, long tokens, Double perplexity) {}

  private MixtureArtifact(ArtifactReader reader, List<Component> components, String title) {
    this.reader = reader;
    this.components = components;
    this.title = title;
  }

  /**
   * Publishes a mixture.
   *
   * @param inputs fingerprints of what it was made from, by name
   * @param config of the job
   */
  public static Manifest write(
      Configuration conf,
      String folder,
      Overwrite overwrite,
      Map<String, String> inputs,
      Object config,
      long seed,
      MixtureDetails details)
      throws IOException {
    try (ArtifactWriter writer = ArtifactWriter.create(conf, folder, overwrite)) {
      writer.write(MIXTURE, Json.pretty(new MixtureFile(details.components())));
      return writer.publish(Manifest.of(ArtifactKind.MIXTURE, inputs, config, seed, details));
    }
  }

  /** Whether a path, which a selector may follow, is a mixture's folder. */
  public static boolean isMixture(Configuration conf, String path) throws IOException {
    return ArtifactReader.isArtifact(conf, path)
        && ArtifactReader.open(conf, path).manifest().kind() == ArtifactKind.MIXTURE;
  }

  /**
   * Opens a mixture; its models are not looked at.
   *
   * @throws org.seqlm.UserException with exit code 3 if there is none, or it is damaged
   */
  public static MixtureArtifact open(Configuration conf, String folder) throws IOException {
    ArtifactReader reader = ArtifactReader.open(conf, folder, ArtifactKind.MIXTURE);
    MixtureFile file = reader.readJson(MIXTURE, MixtureFile.class);
    if (file.components() == null || file.components().stream().anyMatch(Objects::isNull)) {
      throw UserException.data(folder + "/" + MIXTURE + " names no models: make the mixture again");
    }
    return new MixtureArtifact(
        reader, List.copyOf(file.components()), reader.details(MixtureDetails.class).title());
  }

  /** The models, in the order in which they were given. */
  public List<Component> components() {
    return components;
  }

  /** Its manifest; the details are {@link MixtureDetails}. */
  public Manifest manifest() {
    return reader.manifest();
  }

  /** For instance {@code 0.25 of 3-gram add-k 0.01, 0.75 of lstm 1x128}. */
  public String title() {
    return title;
  }

  /** The path of a component as anyone can open it. */
  public String resolve(Component component) {
    String path = component.path();
    return path.startsWith(BESIDE)
        ? parent(reader.folder()) + path.substring(BESIDE.length())
        : path;
  }

  /**
   * How a mixture's file names a model.
   *
   * @param folder of the mixture
   * @param model as the user named it, with a selector or without
   */
  public static String reference(Configuration conf, String folder, String model)
      throws IOException {
    ModelPath named = ModelPath.of(model);
    String whole = qualified(conf, named.folder()).toString();
    String parent = parent(qualified(conf, folder));
    boolean beside = whole.startsWith(parent) && whole.length() > parent.length();
    String path = beside ? BESIDE + whole.substring(parent.length()) : whole;
    return new ModelPath(path, named.selector()).toString();
  }

  private static Path qualified(Configuration conf, String path) throws IOException {
    Path given = Paths.of(path);
    return given.getFileSystem(conf).makeQualified(given);
  }

  /** The parent folder with a slash at its end. */
  private static String parent(Path folder) {
    Path parent = folder.getParent();
    String text = parent == null ? folder.toString() : parent.toString();
    return text.endsWith("/") ? text : text + "/";
  }
}
