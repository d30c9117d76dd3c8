package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * A neural language model on a file system: {@code network.json}, {@code parameters.safetensors}
 * with PyTorch's names, {@code vocabulary.jsonl}, {@code manifest.json}. A run's checkpoint holds
 * these, too.
 */
public final class ModelArtifact {
  static final String NETWORK = "network.json";
  static final String PARAMETERS = "parameters.safetensors";

  private final ArtifactReader reader;
  private final NetworkFile network;
  private final RecurrentLanguageModel model;
  private final String notice;

  /**
   * The content of {@code network.json}.
   *
   * @param network what it is
   * @param rules how text becomes its tokens
   */
  public record NetworkFile(LanguageNetwork network, TextRules rules) {}

  /**
   * What a language model's folder holds beside its parameters.
   *
   * @param file which network, and how text becomes its tokens
   * @param vocabulary of these
   */
  public record Content(NetworkFile file, Vocabulary vocabulary) implements ModelContent {
    @Override
    public LanguageNetwork network() {
      return file.network();
    }

    @Override
    public void write(ArtifactWriter writer) throws IOException {
      writer.write(NETWORK, Json.pretty(file));
      writer.write(Vocabularies.FILE_NAME, out -> Vocabularies.write(vocabulary, out));
    }
  }

  /**
   * What a model's manifest adds.
   *
   * @param title for instance {@code lstm 1x128}
   * @param parameters how many
   * @param vocabularyFingerprint of its tokens
   * @param round after which it was taken
   * @param tokens trained on until then
   * @param natsPerToken on the validation split, null if there is none
   */
  public record ModelDetails(
      String title,
      int parameters,
      String vocabularyFingerprint,
      int round,
      long tokens,
      Double natsPerToken) {}

  private ModelArtifact(
      ArtifactReader reader, NetworkFile network, RecurrentLanguageModel model, String notice) {
    this.reader = reader;
    this.network = network;
    this.model = model;
    this.notice = notice;
  }

  /**
   * Publishes a model, in place of an earlier one of the same name.
   *
   * @param inputs fingerprints of what it was trained on, by name
   * @param config of the training
   */
  public static Manifest write(
      Configuration conf,
      String folder,
      RecurrentLanguageModel model,
      TextRules rules,
      Map<String, String> inputs,
      Object config,
      long seed,
      ModelDetails details)
      throws IOException {
    try (ArtifactWriter writer = ArtifactWriter.create(conf, folder, Overwrite.REPLACE)) {
      write(writer, content(model, rules), model.parameters());
      return writer.publish(Manifest.of(ArtifactKind.MODEL, inputs, config, seed, details));
    }
  }

  /** What a model's folder holds beside its parameters. */
  public static Content content(RecurrentLanguageModel model, TextRules rules) {
    return new Content(new NetworkFile(model.spec(), rules), model.vocabulary());
  }

  /** Adds what a model is to an artifact. */
  static void write(ArtifactWriter writer, ModelContent content, float[] parameters)
      throws IOException {
    content.write(writer);
    writer.write(PARAMETERS, out -> Safetensors.write(out, content.network().layout(), parameters));
  }

  /**
   * Writes the model of a run, which counts as soon as the run's manifest lists it.
   *
   * @param run the run's folder
   * @return the model's manifest, as the run's lists it
   */
  static FileEntry writePart(
      Configuration conf, String run, ModelContent content, float[] parameters, Manifest manifest)
      throws IOException {
    String folder = new Path(Paths.of(run), RunLayout.MODEL).toString();
    try (ArtifactWriter writer = ArtifactWriter.part(conf, folder)) {
      write(writer, content, parameters);
      return writer.publishPart(manifest, RunLayout.MODEL + "/");
    }
  }

  /** How often to look again where a run that trains swept away what its manifest listed. */
  private static final int ATTEMPTS = 5;

  /**
   * Loads a model, and checks every file against the manifest.
   *
   * @param folder a model, a checkpoint, or a run, which stands for its best model
   * @throws UserException with exit code 3 if there is none, or it is damaged; 2 if it is no
   *     language model
   */
  public static ModelArtifact load(Configuration conf, String folder) throws IOException {
    return read(conf, folder, ModelArtifact::load);
  }

  /** Reads something of a model's files. */
  @FunctionalInterface
  public interface Part<T> {
    /**
     * Reads it.
     *
     * @param notice what whoever uses the model should know
     */
    T read(ArtifactReader reader, String notice) throws IOException;
  }

  /**
   * Reads something of a model's files, whatever its network.
   *
   * @param folder a model, a checkpoint, or a run, which stands for its best model
   * @throws UserException with exit code 3 if there is none
   */
  public static <T> T read(Configuration conf, String folder, Part<T> reads) throws IOException {
    RunView run = RunView.find(conf, folder);
    if (run == null) {
      run = around(conf, folder);
      if (run == null) {
        return reads.read(ArtifactReader.open(conf, folder, kind(conf, folder)), "");
      }
    }
    for (int attempt = 1; ; attempt++) {
      FileEntry part = run.name().equals(folder) ? run.servedModel() : run.partIn(Paths.of(folder));
      if (part == null) {
        throw UserException.data(
            folder
                + (isThere(conf, folder)
                    ? " does not count: the manifest of the run "
                        + run.name()
                        + " lists no such part"
                    : " does not exist")
                + "; give the run, or one of its checkpoints that count: "
                + run.checkpointRounds());
      }
      try {
        return reads.read(part(conf, run.name(), part), run.notice());
      } catch (UserException e) {
        RunView now = RunView.find(conf, run.name());
        boolean lists =
            now != null && (now.name().equals(folder) || now.partIn(Paths.of(folder)) != null);
        if (attempt == ATTEMPTS || !lists || now.number() == run.number()) {
          throw e;
        }
        run = now;
      }
    }
  }

  private static boolean isThere(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    return path.getFileSystem(conf).exists(path);
  }

  private static ArtifactKind kind(Configuration conf, String folder) throws IOException {
    if (!ArtifactReader.isArtifact(conf, folder)) {
      return ArtifactKind.MODEL; // which is told to be missing
    }
    ArtifactKind kind = ArtifactReader.open(conf, folder).manifest().kind();
    return kind == ArtifactKind.CHECKPOINT ? kind : ArtifactKind.MODEL;
  }

  /**
   * The run that a folder may be a part of. What lies in it counts only where the run's manifest
   * says so.
   *
   * @return null if there is none that tells
   */
  private static RunView around(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    Path parent = path.getParent();
    if (parent != null && parent.getName().equals(RunLayout.CHECKPOINTS)) {
      parent = path.getName().matches("\\d{1,9}") ? parent.getParent() : null;
    } else if (!path.getName().equals(RunLayout.MODEL)) {
      parent = null;
    }
    if (parent == null) {
      return null;
    }
    try {
      return RunView.find(conf, parent.toString(), SmallFile.Remedy.NONE);
    } catch (UserException e) {
      return null;
    }
  }

  /** Opens a part of a run by its manifest. */
  static ArtifactReader part(Configuration conf, String run, FileEntry manifest)
      throws IOException {
    String folder = Paths.below(Paths.of(run), manifest.path()).getParent().toString();
    return ArtifactReader.openPart(conf, run, manifest, () -> ArtifactReader.remedy(conf, folder));
  }

  static ModelArtifact load(ArtifactReader reader, String notice) throws IOException {
    NetworkFile network = networkFile(reader);
    float[] parameters = tensors(reader, PARAMETERS, network.network().layout());
    Vocabulary vocabulary = vocabulary(reader, network.rules());
    return new ModelArtifact(
        reader,
        network,
        new RecurrentLanguageModel(network.network(), parameters, vocabulary),
        notice);
  }

  private static NetworkFile networkFile(ArtifactReader reader) throws IOException {
    JsonNode tree = reader.readJson(NETWORK, JsonNode.class);
    if (tree.has("type")) {
      throw UserException.configuration(
          reader.name()
              + " holds a "
              + tree.path("type").asText()
              + ", no language model: seqlm evaluate and seqlm predict take it, with examples");
    }
    return reader.readJson(NETWORK, NetworkFile.class);
  }

  /**
   * Checks every file of a model against its manifest, whatever its network.
   *
   * @throws UserException with exit code 3 if one is missing or damaged
   */
  static void check(ArtifactReader reader) throws IOException {
    for (FileEntry file : reader.manifest().files()) {
      try (InputStream in = reader.openVerified(file.path())) {
        in.transferTo(OutputStream.nullOutputStream());
      } catch (FileNotFoundException e) {
        throw reader.missing(file.path(), e);
      } catch (UserException | IOException e) {
        VerifiedStream.throwIfDamaged(e);
        throw e;
      }
    }
  }

  /** A model's parameters, flat; of any network. */
  public static float[] parameters(ArtifactReader reader, ParameterLayout layout)
      throws IOException {
    return tensors(reader, PARAMETERS, layout);
  }

  private static Vocabulary vocabulary(ArtifactReader reader, TextRules rules) throws IOException {
    return Vocabularies.read(
        rules.kind(),
        new ByteArrayInputStream(reader.readVerified(Vocabularies.FILE_NAME)),
        reader.shown(Vocabularies.FILE_NAME));
  }

  /**
   * What text is to a model.
   *
   * @param rules how it becomes tokens
   * @param vocabulary of these
   * @param fingerprint of the model's manifest
   */
  public record Tokens(TextRules rules, Vocabulary vocabulary, String fingerprint) {}

  /** Reads a model's tokens without its parameters; otherwise as {@link #load}. */
  public static Tokens tokens(Configuration conf, String folder) throws IOException {
    return read(
        conf,
        folder,
        (reader, notice) -> {
          NetworkFile network = networkFile(reader);
          return new Tokens(
              network.rules(),
              vocabulary(reader, network.rules()),
              reader.manifest().fingerprint());
        });
  }

  /** Reads what network a model is, without its parameters; otherwise as {@link #load}. */
  public static LanguageNetwork network(Configuration conf, String folder) throws IOException {
    return read(
        conf, folder, (reader, notice) -> reader.readJson(NETWORK, NetworkFile.class).network());
  }

  /**
   * The tensors of a file, which may be longer than an array of bytes can be.
   *
   * @throws UserException with exit code 3 if they are not those that were written
   */
  static float[] tensors(ArtifactReader reader, String path, ParameterLayout layout)
      throws IOException {
    try (InputStream in = reader.openVerified(path)) {
      return Safetensors.read(in, layout, reader.shown(path));
    } catch (FileNotFoundException e) {
      throw reader.missing(path, e);
    } catch (UserException | IOException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
  }

  /**
   * Loads a model; as {@link #load}.
   *
   * @param folder a model, a checkpoint, or a run, which stands for its best model
   */
  public static RecurrentLanguageModel open(Configuration conf, String folder) throws IOException {
    return load(conf, folder).model();
  }

  /** The model itself. */
  public RecurrentLanguageModel model() {
    return model;
  }

  /** How text becomes its tokens. */
  public TextRules rules() {
    return network.rules();
  }

  /** Its files. */
  public ArtifactReader files() {
    return reader;
  }

  /** What is written in {@code network.json}. */
  NetworkFile network() {
    return network;
  }

  /** What whoever uses it should know, of a run that is not finished; else empty. */
  public String notice() {
    return notice;
  }

  /** Its manifest; a model's details are {@link ModelDetails}. */
  public Manifest manifest() {
    return reader.manifest();
  }
}
