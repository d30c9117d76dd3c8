package org.seqlm.task;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.store.Paths;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * A trained network over examples.
 *
 * @param name as the caller named its folder
 * @param content what it is
 * @param parameters flat, in the order of the network's layout
 * @param fingerprint of its manifest
 * @param notice what whoever uses it should know, of a run that is not finished; else empty
 */
public record TaskModel(
    String name, TaskContent content, float[] parameters, String fingerprint, String notice) {

  /**
   * What a model's manifest says of it.
   *
   * @param title for instance {@code lstm 1x64 both ways, 2 labels}
   * @param task of the examples
   * @param parameters how many
   * @param round after which it was taken
   * @param examples trained on until then
   * @param metric that the task names, and its value on the validation split; null if there is none
   * @param value of it
   * @param loss mean nats of what it predicts there; null likewise
   */
  public record Details(
      String title,
      String task,
      int parameters,
      int round,
      long examples,
      String metric,
      Double value,
      Double loss) {}

  /**
   * Loads a model, and checks every file against the manifest.
   *
   * @param folder a model, a checkpoint, or a run, which stands for its best model
   * @throws UserException with exit code 3 if there is none, or it is damaged; 2 if it is a
   *     language model
   */
  public static TaskModel load(Configuration conf, String folder) throws IOException {
    if (isFile(conf, folder)) {
      throw UserException.configuration(
          "model "
              + folder
              + " is a file, which language models alone are (ARPA, a KenLM binary, a compiled"
              + " model), but these are examples: give a run of seqlm train on such; on text there"
              + " are seqlm evaluate and score");
    }
    return ModelArtifact.read(conf, folder, (reader, notice) -> read(folder, reader, notice));
  }

  private static boolean isFile(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    try {
      return path.getFileSystem(conf).getFileStatus(path).isFile();
    } catch (FileNotFoundException e) {
      return false; // which is told where it is read
    }
  }

  /**
   * Reads a model's files, each checked against the manifest.
   *
   * @param name as the caller named its folder
   * @param notice what whoever uses it should know
   * @throws UserException with exit code 3 if it is damaged; 2 if it is a language model
   */
  public static TaskModel read(String name, ArtifactReader reader, String notice)
      throws IOException {
    TaskContent content = content(reader, name);
    return new TaskModel(
        name,
        content,
        ModelArtifact.parameters(reader, content.network().layout()),
        reader.manifest().fingerprint(),
        notice);
  }

  private static TaskContent content(ArtifactReader reader, String folder) throws IOException {
    Network network =
        NetworkFiles.read(
            reader.readVerified(NetworkFiles.NAME), reader.shown(NetworkFiles.NAME), folder);
    ExamplesDetails details = TaskContent.examples(reader);
    Map<String, ExampleVocabulary> vocabularies = new TreeMap<>();
    for (Map.Entry<String, ExamplesDetails.ColumnVocabulary> column :
        details.vocabularies().entrySet()) {
      String file = Examples.vocabularyFile(column.getKey());
      ExampleVocabulary.Side side =
          column.getValue().end() >= 0
              ? ExampleVocabulary.Side.WRITTEN
              : ExampleVocabulary.Side.READ;
      try (InputStream in = new ByteArrayInputStream(reader.readVerified(file))) {
        vocabularies.put(column.getKey(), ExampleVocabulary.read(side, in, reader.shown(file)));
      }
    }
    return new TaskContent(network, details, vocabularies);
  }

  /**
   * Checks that examples mean by their numbers what this network's mean.
   *
   * @param what the examples are called in a message
   * @throws UserException with exit code 2 if not
   */
  public void checkFits(ExamplesDetails examples, String what) {
    String differs = difference(content.details(), examples);
    differs = differs == null ? frames(examples) : differs;
    if (differs != null) {
      throw UserException.configuration(
          what
              + " are not what "
              + name
              + " was trained on: it has "
              + differs
              + ": prepare them as its own were, or give a model of these examples");
    }
  }

  /** What the one has that the other has not; null where they mean the same. */
  private static String difference(ExamplesDetails own, ExamplesDetails examples) {
    if (own.task() != examples.task()) {
      return "task " + Json.name(own.task()) + ", not " + Json.name(examples.task());
    }
    if (!own.columns().equals(examples.columns())) {
      return "columns " + shown(own.columns()) + ", not " + shown(examples.columns());
    }
    for (Map.Entry<String, List<String>> column : own.labels().entrySet()) {
      List<String> here = column.getValue();
      List<String> there = examples.labels().getOrDefault(column.getKey(), List.of());
      if (!here.equals(there)) {
        String only = here.stream().filter(name -> !there.contains(name)).findFirst().orElse(null);
        return only != null
            ? "the " + column.getKey() + " " + only + ", which they have not"
            : "no "
                + column.getKey()
                + " "
                + there.stream().filter(name -> !here.contains(name)).findFirst().orElse("");
      }
    }
    return own.vocabularies().entrySet().stream()
        .filter(column -> !column.getValue().equals(examples.vocabularies().get(column.getKey())))
        .map(column -> "another vocabulary of column " + column.getKey())
        .findFirst()
        .orElse(null);
  }

  private static String shown(List<ExampleColumn> columns) {
    return columns.stream()
        .map(
            column ->
                column.name()
                    + " ("
                    + Json.name(column.type())
                    + (column.itemShape().isEmpty() ? "" : " " + column.itemShape())
                    + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * What keeps its parameters from being another network's: each value that differs, with both;
   * empty if they fit. Dropout and first biases do not count.
   */
  public List<String> differences(Network here) {
    return NetworkFiles.differences(content.network(), here);
  }

  /** How many frames the network reads, where examples have others; else null. */
  private String frames(ExamplesDetails examples) {
    return content.network() instanceof Frames frames
            && examples.splits().values().stream()
                .anyMatch(
                    split ->
                        split.items().getOrDefault("values", 0L)
                            != split.examples() * frames.frames())
        ? frames.frames() + " frames in each example"
        : null;
  }

  /**
   * The same with hard attention, which has the parameters of {@link Alignment#DOT}.
   *
   * @throws UserException with exit code 2 if it has no such parameters
   */
  public TaskModel withHardAttention() {
    if (!(content.network() instanceof SequenceToSequence network)
        || network.alignment() != Alignment.DOT) {
      throw UserException.configuration(
          "attention hard is of a network that was trained with network.attention dot, but "
              + name
              + " is "
              + content.network().title()
              + (content.network() instanceof SequenceToSequence other
                  ? " with attention " + Json.name(other.alignment())
                  : "")
              + ": leave it out, or train with dot");
    }
    SequenceToSequence hard =
        new SequenceToSequence(
            network.source(),
            network.encoder(),
            network.targets(),
            network.embedding(),
            network.decoder(),
            Alignment.HARD,
            network.feeding());
    return new TaskModel(
        name,
        new TaskContent(hard, content.details(), content.vocabularies()),
        parameters,
        fingerprint,
        notice);
  }
}
