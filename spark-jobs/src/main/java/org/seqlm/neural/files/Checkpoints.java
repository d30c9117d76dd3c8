package org.seqlm.neural.files;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.vocab.Vocabulary;

/**
 * A run's checkpoints, {@code checkpoints/N/}, each atomic, and each also a model: beside what a
 * training needs to go on lies what {@link ModelArtifact} reads.
 */
public final class Checkpoints {
  private static final String CHECKPOINT = "checkpoint.json";
  private static final String VELOCITY = "velocity.safetensors";
  private static final String DAMAGED = ".damaged";

  private final Configuration conf;
  private final Path folder;
  private final ModelArtifact.NetworkFile network;
  private final Vocabulary vocabulary;
  private final ParameterLayout layout;
  private final String job;

  /**
   * A checkpoint with its arrays.
   *
   * @param parameters flat
   * @param velocity of the outer optimiser, empty if it has none
   * @param moments (moments a parameter, parameters) where they are averaged, else empty
   */
  public record Loaded(
      Checkpoint checkpoint, float[] parameters, float[] velocity, float[] moments) {}

  /** What workers keep outside of checkpoints, and who can tell whether it is there. */
  @FunctionalInterface
  public interface States {
    /** What is wrong with them, or null if all are whole. */
    String problem(List<StateFile> files) throws IOException;
  }

  /**
   * What a run can go on from.
   *
   * @param newest checkpoint that is whole, with its workers' states; null if there is none
   * @param damaged what is wrong with those after it, by round
   */
  public record Usable(Checkpoint newest, SortedMap<Integer, String> damaged) {
    public Usable {
      damaged = Collections.unmodifiableSortedMap(new TreeMap<>(damaged));
    }
  }

  /**
   * @param network and vocabulary of the run's models
   * @param job fingerprint of the run: a checkpoint of another one is refused
   */
  Checkpoints(
      Configuration conf,
      Path folder,
      ModelArtifact.NetworkFile network,
      Vocabulary vocabulary,
      String job) {
    this.conf = conf;
    this.folder = folder;
    this.network = network;
    this.vocabulary = vocabulary;
    this.layout = ParameterLayout.of(network.network());
    this.job = job;
  }

  /** Where the checkpoint of a round lies. */
  public String path(int round) {
    return new Path(folder, Integer.toString(round)).toString();
  }

  /** Publishes a checkpoint. */
  public void write(Loaded loaded, long seed) throws IOException {
    Checkpoint checkpoint = loaded.checkpoint();
    try (ArtifactWriter writer =
        ArtifactWriter.create(conf, path(checkpoint.round()), Overwrite.REPLACE)) {
      ModelArtifact.write(writer, network, loaded.parameters(), vocabulary);
      if (loaded.velocity().length > 0) {
        writer.write(VELOCITY, out -> Safetensors.write(out, layout, loaded.velocity()));
      }
      for (int m = 0; m < loaded.moments().length / layout.size(); m++) {
        float[] moment =
            Arrays.copyOfRange(loaded.moments(), m * layout.size(), (m + 1) * layout.size());
        writer.write(moment(m), out -> Safetensors.write(out, layout, moment));
      }
      // In a file of its own, whose SHA-256 the manifest has.
      writer.write(CHECKPOINT, Json.pretty(checkpoint));
      writer.publish(
          Manifest.of(
              ArtifactKind.CHECKPOINT,
              Map.of("job", job),
              null,
              seed,
              Map.of("round", checkpoint.round())));
    }
  }

  private static String moment(int m) {
    return "moment-" + (m + 1) + ".safetensors";
  }

  /** The rounds that have a complete checkpoint. */
  public TreeSet<Integer> rounds() throws IOException {
    return RunLayout.rounds(folder.getFileSystem(conf), folder);
  }

  /** The newest checkpoint that is whole; changes nothing. */
  public Usable usable(States states) throws IOException {
    SortedMap<Integer, String> damaged = new TreeMap<>();
    for (int round : rounds().descendingSet()) {
      String problem;
      try {
        // Its arrays are let go: whoever goes on from it loads them again.
        Checkpoint checkpoint = load(round).checkpoint();
        problem = states.problem(checkpoint.states());
        if (problem == null) {
          return new Usable(checkpoint, damaged);
        }
      } catch (UserException e) {
        if (e.exitCode() != ExitCode.DATA) {
          throw e;
        }
        problem = e.getMessage();
      }
      damaged.put(round, problem);
    }
    return new Usable(null, damaged);
  }

  /**
   * Loads a round's checkpoint.
   *
   * @throws UserException with exit code 3 if it is damaged or of another run
   */
  public Loaded load(int round) throws IOException {
    ArtifactReader reader =
        ArtifactReader.open(conf, path(round), ArtifactKind.CHECKPOINT, SmallFile.Remedy.NONE);
    if (!job.equals(reader.manifest().inputs().get("job"))) {
      throw UserException.data(path(round) + " is a checkpoint of another run");
    }
    Checkpoint checkpoint =
        Json.mapper().readValue(reader.readVerified(CHECKPOINT), Checkpoint.class);
    float[] parameters = tensors(reader, ModelArtifact.PARAMETERS);
    float[] velocity = has(reader, VELOCITY) ? tensors(reader, VELOCITY) : new float[0];
    float[] moments = new float[0];
    for (int m = 0; has(reader, moment(m)); m++) {
      moments = Arrays.copyOf(moments, (m + 1) * layout.size());
      System.arraycopy(tensors(reader, moment(m)), 0, moments, m * layout.size(), layout.size());
    }
    return new Loaded(checkpoint, parameters, velocity, moments);
  }

  private static boolean has(ArtifactReader reader, String path) {
    return reader.manifest().files().stream().anyMatch(file -> file.path().equals(path));
  }

  private float[] tensors(ArtifactReader reader, String path) throws IOException {
    return Safetensors.read(reader.readVerified(path), layout, reader.name() + "/" + path);
  }

  /**
   * Takes a damaged checkpoint out of the way, under a name beside it.
   *
   * @return where it is now
   */
  public String setAside(int round) throws IOException {
    Path from = new Path(path(round));
    Path to = new Path(path(round) + DAMAGED);
    FileSystem fs = from.getFileSystem(conf);
    fs.delete(to, true);
    if (!fs.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
    return to.toString();
  }

  /** Whether a file of a run belongs to a checkpoint that was set aside. */
  static boolean isSetAside(String path) {
    return path.matches(RunLayout.CHECKPOINTS + "/\\d+\\" + DAMAGED + "/.*");
  }

  /** Deletes all but the newest {@code keep} checkpoints. */
  public void prune(int keep) throws IOException {
    TreeSet<Integer> rounds = rounds();
    while (rounds.size() > keep) {
      new Path(path(rounds.first()))
          .getFileSystem(conf)
          .delete(new Path(path(rounds.first())), true);
      rounds.pollFirst();
    }
  }
}
