package org.seqlm.artifact;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.neural.ParameterLayout;

/** A run's checkpoints, {@code checkpoints/N/}, each atomic. */
public final class Checkpoints {
  /** Below the run. */
  static final String FOLDER = "checkpoints";

  private static final String CHECKPOINT = "checkpoint.json";
  private static final String PARAMETERS = "parameters.safetensors";
  private static final String VELOCITY = "velocity.safetensors";
  private static final String DAMAGED = ".damaged";

  private final Configuration conf;
  private final Path folder;
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

  /**
   * @param job fingerprint of the run: a checkpoint of another one is refused
   */
  Checkpoints(Configuration conf, Path folder, ParameterLayout layout, String job) {
    this.conf = conf;
    this.folder = folder;
    this.layout = layout;
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
      writer.write(PARAMETERS, out -> Safetensors.write(out, layout, loaded.parameters()));
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
    TreeSet<Integer> rounds = new TreeSet<>();
    FileSystem fs = folder.getFileSystem(conf);
    if (fs.exists(folder)) {
      for (FileStatus status : fs.listStatus(folder)) {
        String name = status.getPath().getName();
        if (name.matches("\\d+") && ArtifactReader.isArtifact(conf, status.getPath().toString())) {
          rounds.add(Integer.parseInt(name));
        }
      }
    }
    return rounds;
  }

  /**
   * Loads a round's checkpoint.
   *
   * @throws UserException with exit code 3 if it is damaged or of another run
   */
  public Loaded load(int round) throws IOException {
    ArtifactReader reader = ArtifactReader.open(conf, path(round), ArtifactKind.CHECKPOINT);
    if (!job.equals(reader.manifest().inputs().get("job"))) {
      throw UserException.data(path(round) + " is a checkpoint of another run");
    }
    Checkpoint checkpoint =
        Json.mapper().readValue(reader.readVerified(CHECKPOINT), Checkpoint.class);
    float[] parameters = tensors(reader, PARAMETERS);
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
    return path.matches(FOLDER + "/\\d+\\" + DAMAGED + "/.*");
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
