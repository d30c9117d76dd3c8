package org.seqlm.neural.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * A run's checkpoints, {@code checkpoints/N/}, each also a model: beside what a training needs to
 * go on lies what {@link ModelArtifact} reads. Those count that the run's manifest lists.
 */
public final class Checkpoints {
  private static final String CHECKPOINT = RunLayout.CHECKPOINT;
  private static final String NEXT = "next.safetensors";
  private static final String BASE = "base.safetensors";

  private final Configuration conf;
  private final String run;
  private final Path folder;
  private final ModelContent content;
  private final ParameterLayout layout;
  private final String job;
  private final String ofJob;
  private final TreeMap<Integer, FileEntry> listed;

  /**
   * A checkpoint with its arrays.
   *
   * @param parameters flat: what is published, and what the checkpoint is as a model
   * @param next the parameters to go on with; the same array if they are those
   * @param base what workers begin the next round with, but for what they moved in the last one;
   *     the same array as {@code next} where no average is delayed
   * @param outerState of the outer step: buffers of the parameters' length, one after the other;
   *     empty if it has none
   * @param moments (moments a parameter, parameters) where they are averaged, else empty
   */
  public record Loaded(
      Checkpoint checkpoint,
      float[] parameters,
      float[] next,
      float[] base,
      float[] outerState,
      float[] moments) {
    /** Of a training that publishes the parameters that it goes on with, and delays nothing. */
    public Loaded(Checkpoint checkpoint, float[] parameters, float[] outerState, float[] moments) {
      this(checkpoint, parameters, parameters, parameters, outerState, moments);
    }
  }

  /** What workers keep outside of checkpoints, and who can tell whether it is there. */
  @FunctionalInterface
  public interface States {
    /** What is wrong with them, or null if all are whole. */
    String problem(List<StateFile> files) throws IOException;
  }

  /**
   * What a run can go on from.
   *
   * @param newest checkpoint to go on from; null if there is none
   * @param damaged what stands in the way of those after it, by round
   */
  public record Usable(Checkpoint newest, SortedMap<Integer, String> damaged) {
    public Usable {
      damaged = Collections.unmodifiableSortedMap(new TreeMap<>(damaged));
    }
  }

  /**
   * @param run its folder
   * @param content of the run's models
   * @param job fingerprint of the run
   * @param ofJob fingerprint that those have which count; null if whoever lists them knows them
   * @param listed manifests of those that count, by round
   */
  Checkpoints(
      Configuration conf,
      String run,
      ModelContent content,
      String job,
      String ofJob,
      Map<Integer, FileEntry> listed) {
    this.conf = conf;
    this.run = run;
    this.folder = new Path(Paths.of(run), RunLayout.CHECKPOINTS);
    this.content = content;
    this.layout = content.network().layout();
    this.job = job;
    this.ofJob = ofJob;
    this.listed = new TreeMap<>(listed);
  }

  /** Where the checkpoint of a round lies. */
  public String path(int round) {
    return new Path(folder, Integer.toString(round)).toString();
  }

  /** Writes a checkpoint, which counts as soon as the run's manifest lists it. */
  public void write(Loaded loaded, long seed) throws IOException {
    Checkpoint checkpoint = loaded.checkpoint();
    int round = checkpoint.round();
    try (ArtifactWriter writer = ArtifactWriter.part(conf, path(round))) {
      ModelArtifact.write(writer, content, loaded.parameters());
      if (loaded.next() != loaded.parameters()) {
        writer.write(NEXT, out -> Safetensors.write(out, layout, loaded.next()));
      }
      if (loaded.base() != loaded.next()) {
        writer.write(BASE, out -> Safetensors.write(out, layout, loaded.base()));
      }
      writeAll(writer, loaded.outerState(), Checkpoints::outerState);
      writeAll(writer, loaded.moments(), Checkpoints::moment);
      // In a file of its own, whose SHA-256 the manifest has.
      writer.write(CHECKPOINT, Json.pretty(checkpoint));
      listed.put(
          round,
          writer.publishPart(
              Manifest.of(
                  ArtifactKind.CHECKPOINT, Map.of("job", job), null, seed, Map.of("round", round)),
              RunLayout.CHECKPOINTS + "/" + round + "/"));
    }
  }

  private void writeAll(ArtifactWriter writer, float[] buffers, IntFunction<String> name)
      throws IOException {
    int size = layout.size();
    for (int b = 0; b < buffers.length / size; b++) {
      float[] buffer = Arrays.copyOfRange(buffers, b * size, (b + 1) * size);
      writer.write(name.apply(b), out -> Safetensors.write(out, layout, buffer));
    }
  }

  private float[] readAll(ArtifactReader reader, IntFunction<String> name) throws IOException {
    int size = layout.size();
    float[] buffers = new float[0];
    for (int b = 0; has(reader, name.apply(b)); b++) {
      buffers = Arrays.copyOf(buffers, (b + 1) * size);
      System.arraycopy(
          ModelArtifact.tensors(reader, name.apply(b), layout), 0, buffers, b * size, size);
    }
    return buffers;
  }

  private static String moment(int m) {
    return "moment-" + (m + 1) + ".safetensors";
  }

  /** The first was there before there were others. */
  private static String outerState(int b) {
    return b == 0 ? "velocity.safetensors" : "velocity-" + (b + 1) + ".safetensors";
  }

  /** The rounds whose checkpoints count. */
  public SortedSet<Integer> rounds() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(listed.keySet()));
  }

  /** Their manifests. */
  Collection<FileEntry> manifests() {
    return listed.values();
  }

  /**
   * The newest checkpoint that the run can go on from: it is whole, with its workers' states, and
   * so is the best model until then, or the checkpoint that it was. Changes nothing.
   *
   * @param model round of the model that is whole in the run's folder, -1 if there is none
   */
  public Usable usable(States states, int model) throws IOException {
    SortedMap<Integer, String> damaged = new TreeMap<>();
    for (int round : new TreeSet<>(listed.keySet()).descendingSet()) {
      String problem;
      try {
        // Its arrays are let go: whoever goes on from it loads them again.
        Checkpoint checkpoint = load(round).checkpoint();
        problem = states.problem(checkpoint.states());
        int best = checkpoint.bestRound();
        if (problem == null && best >= 0 && best != model && best != round) {
          problem = withoutBest(best);
        }
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

  /** Why the model of a round cannot be made again, or null if it can. */
  private String withoutBest(int best) throws IOException {
    String why = "the best model until then, of round " + best + ", is missing or damaged";
    if (!listed.containsKey(best)) {
      return why + ", and there is no checkpoint of that round to make it from";
    }
    try {
      load(best);
      return null;
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DATA) {
        throw e;
      }
      return why + ", and so is the checkpoint of that round: " + e.getMessage();
    }
  }

  /**
   * Loads a round's checkpoint.
   *
   * @throws UserException with exit code 3 if it is damaged or of another run
   */
  public Loaded load(int round) throws IOException {
    ArtifactReader reader = open(round);
    Checkpoint checkpoint = checkpoint(reader);
    float[] parameters = ModelArtifact.tensors(reader, ModelArtifact.PARAMETERS, layout);
    float[] next = has(reader, NEXT) ? ModelArtifact.tensors(reader, NEXT, layout) : parameters;
    return new Loaded(
        checkpoint,
        parameters,
        next,
        has(reader, BASE) ? ModelArtifact.tensors(reader, BASE, layout) : next,
        readAll(reader, Checkpoints::outerState),
        readAll(reader, Checkpoints::moment));
  }

  private ArtifactReader open(int round) throws IOException {
    ArtifactReader reader =
        ArtifactReader.openPart(conf, run, listed.get(round), SmallFile.Remedy.NONE);
    if (reader.manifest().kind() != ArtifactKind.CHECKPOINT
        || (ofJob != null && !ofJob.equals(reader.manifest().inputs().get("job")))) {
      throw UserException.data(path(round) + " is no checkpoint of this run");
    }
    return reader;
  }

  static Checkpoint checkpoint(ArtifactReader reader) throws IOException {
    return reader.readJson(CHECKPOINT, Checkpoint.class);
  }

  /** Where the workers' states of a round lie; nowhere if its checkpoint is damaged. */
  public List<StateFile> states(int round) throws IOException {
    try {
      return checkpoint(open(round)).states();
    } catch (UserException e) {
      return List.of();
    }
  }

  private static boolean has(ArtifactReader reader, String path) {
    return reader.manifest().files().stream().anyMatch(file -> file.path().equals(path));
  }

  /** From here on the checkpoints of later rounds do not count, wherever the run goes. */
  public void forgetAfter(int round) {
    listed.tailMap(round + 1).clear();
  }

  /** Lets only the newest {@code keep} checkpoints count, and the best model's. */
  public void keep(int keep, int best) {
    List<Integer> rounds = new ArrayList<>(listed.keySet());
    for (int round : rounds.subList(0, Math.max(0, rounds.size() - keep))) {
      if (round != best) {
        listed.remove(round);
      }
    }
  }
}
