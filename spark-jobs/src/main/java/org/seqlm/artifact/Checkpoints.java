package org.seqlm.artifact;

import java.io.IOException;
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
  private static final String PARAMETERS = "parameters.safetensors";
  private static final String VELOCITY = "velocity.safetensors";

  private final Configuration conf;
  private final Path folder;
  private final ParameterLayout layout;
  private final String job;

  /**
   * A checkpoint with its arrays.
   *
   * @param parameters flat
   * @param velocity of the outer optimiser, empty if it has none
   */
  public record Loaded(Checkpoint checkpoint, float[] parameters, float[] velocity) {}

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
  public void write(Checkpoint checkpoint, float[] parameters, float[] velocity, long seed)
      throws IOException {
    try (ArtifactWriter writer =
        ArtifactWriter.create(conf, path(checkpoint.round()), Overwrite.REPLACE)) {
      writer.write(PARAMETERS, out -> Safetensors.write(out, layout, parameters));
      if (velocity.length > 0) {
        writer.write(VELOCITY, out -> Safetensors.write(out, layout, velocity));
      }
      writer.publish(
          Manifest.of(ArtifactKind.CHECKPOINT, Map.of("job", job), null, seed, checkpoint));
    }
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
    Checkpoint checkpoint = reader.manifest().details(Checkpoint.class);
    float[] parameters =
        Safetensors.read(reader.readVerified(PARAMETERS), layout, path(round) + "/" + PARAMETERS);
    boolean moving =
        reader.manifest().files().stream().anyMatch(file -> file.path().equals(VELOCITY));
    float[] velocity =
        moving
            ? Safetensors.read(reader.readVerified(VELOCITY), layout, path(round) + "/" + VELOCITY)
            : new float[0];
    return new Loaded(checkpoint, parameters, velocity);
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
