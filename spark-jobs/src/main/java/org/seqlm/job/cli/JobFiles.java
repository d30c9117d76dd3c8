package org.seqlm.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.Secrets;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.FailureRecord;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.lm.files.MixtureArtifact;
import org.seqlm.lm.files.ModelPath;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.store.Paths;

/**
 * The files that a job's configuration names by its flags, in two lists: what it reads and what it
 * writes. Nothing may be written over, into or around what is read, however the two are spelled and
 * whatever links lead there, nor two things into one another: the first to be written would be
 * lost, or the next run would read it.
 */
public final class JobFiles {
  private final List<Input> inputs = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();

  /** How something is read. */
  private enum Reading {
    /** A folder or a file. */
    ANY,
    /** Files, folders or globs of text. */
    TEXT,
    /** Whatever a model may be, with the models of a mixture and the dataset behind it. */
    MODEL,
    /** A file that is read once, from its beginning to its end: it may be a pipe. */
    ONCE,
    /** A folder of artifacts, beside which other files may lie. */
    ARTIFACTS
  }

  private record Input(String name, String path, Reading reading) {}

  private record Output(String flag, String path, boolean file) {
    String name() {
      return flag + " " + path;
    }
  }

  /** Adds what is read; null is nothing. */
  public JobFiles reads(String flag, String path) {
    return add(flag, path, Reading.ANY);
  }

  /** Adds text. */
  public JobFiles readsText(String flag, List<String> paths) {
    paths.forEach(path -> add(flag, path, Reading.TEXT));
    return this;
  }

  /** Adds a model, with a selector or without. */
  public JobFiles readsModel(String flag, String path) {
    return add(flag, path == null ? null : ModelPath.of(path).folder(), Reading.MODEL);
  }

  /** Adds models. */
  public JobFiles readsModels(String flag, List<String> paths) {
    paths.forEach(path -> readsModel(flag, path));
    return this;
  }

  /** Adds a file that may be a pipe. */
  public JobFiles readsOnce(String flag, String path) {
    return add(flag, path, Reading.ONCE);
  }

  /** Adds a folder of artifacts, in which outputs may lie. */
  public JobFiles readsArtifacts(String flag, String path) {
    return add(flag, path, Reading.ARTIFACTS);
  }

  private JobFiles add(String flag, String path, Reading reading) {
    if (path != null) {
      inputs.add(new Input(flag + " " + path, path, reading));
    }
    return this;
  }

  /**
   * Adds what is written as a whole, by who writes it checked for what is there; null is nothing.
   */
  public JobFiles writes(String flag, String path) {
    if (path != null) {
      outputs.add(new Output(flag, path, false));
    }
    return this;
  }

  /** Adds some of them, by their flags. */
  public JobFiles writes(Map<String, String> paths) {
    paths.forEach(this::writes);
    return this;
  }

  /**
   * Adds a file that is written at the end; null and {@code -}, standard output, are nothing. A
   * pipe or a device is written to, not replaced.
   */
  JobFiles writesFile(String flag, String path) {
    if (path != null && !path.equals("-")) {
      outputs.add(new Output(flag, path, true));
    }
    return this;
  }

  /** The first that is written, by which people know the job; null where nothing is. */
  String output() {
    return outputs.stream().map(Output::path).findFirst().orElse(null);
  }

  /**
   * Checks all of it, before anything is read or written.
   *
   * @throws UserException with exit code 2 if an output meets an input or another output, if a path
   *     holds a password, or as {@link OutputCheck#file} does of a file; 3 if an input is a pipe or
   *     a device
   */
  void check(JobContext context) throws IOException {
    Configuration conf = context.hadoop();
    Secrets.refuseIn(FileSystem.getDefaultUri(conf).toString()); // what paths become
    inputs.forEach(input -> Secrets.refuseIn(input.path()));
    outputs.forEach(output -> Secrets.refuseIn(output.path()));
    if (context.sparkConf().get("spark.submit.deployMode", "client").equals("cluster")) {
      outputs.forEach(output -> refuseFolderOfDriver(output.flag(), output.path(), conf));
    }
    List<Path> written = new ArrayList<>();
    for (Output output : outputs) {
      if (output.file() && output.path().isBlank()) {
        throw UserException.configuration(
            output.flag() + " is empty: give a file, or - for standard output");
      }
      // That it may not be replaced is told last: --overwrite would help nobody whose input it is.
      checkFile(output, Overwrite.REPLACE, conf);
      Path path = Paths.real(Paths.of(output.path()), conf);
      for (int i = 0; i < written.size(); i++) {
        if (meet(path, written.get(i))) {
          throw met(output, outputs.get(i).name(), "each is written as a whole");
        }
      }
      written.add(path);
    }
    for (Input input : inputs) {
      refuseSpecial(input, conf);
      if (!outputs.isEmpty()) {
        Set<Path> seen = new HashSet<>();
        check(input, written, seen, conf);
      }
    }
    for (Output output : outputs) {
      checkFile(output, context.overwrite(), conf);
    }
  }

  /**
   * Refuses what a driver on a cluster would write into the folder that it happens to run in, which
   * its manager removes.
   *
   * @throws UserException with exit code 2
   */
  static void refuseFolderOfDriver(String flag, String path, Configuration conf) {
    boolean local = "file".equals(FileSystem.getDefaultUri(conf).getScheme());
    Path given = Paths.of(path);
    if (local && given.toUri().getScheme() == null && !given.isAbsolute()) {
      throw UserException.configuration(
          flag
              + " "
              + path
              + " would lie in the folder where the cluster runs the driver, and go with it: give a"
              + " whole path that all machines reach");
    }
  }

  private static void checkFile(Output output, Overwrite overwrite, Configuration conf)
      throws IOException {
    if (output.file() && !isSpecial(output.path(), conf)) {
      // What a failure left there is in nobody's way.
      Overwrite may =
          overwrite == Overwrite.REFUSE && FailureRecord.isAt(conf, output.path())
              ? Overwrite.REPLACE
              : overwrite;
      OutputCheck.file(conf, output.flag(), output.path(), may);
    }
  }

  private static void refuseSpecial(Input input, Configuration conf) throws IOException {
    if (input.reading() != Reading.ONCE && isSpecial(input.path(), conf)) {
      throw Paths.special(input.name());
    }
  }

  private static boolean isSpecial(String path, Configuration conf) throws IOException {
    File file = Paths.local(Paths.of(path), conf);
    return file != null && Paths.isSpecial(file);
  }

  /**
   * Holds an input, and what is behind it, against the outputs.
   *
   * @param written places of the outputs
   * @param seen places of this input
   */
  private void check(Input input, List<Path> written, Set<Path> seen, Configuration conf)
      throws IOException {
    if (input.reading() == Reading.TEXT && apart(input.path(), written, conf)) {
      return;
    }
    List<Path> named =
        input.reading() == Reading.TEXT
            ? CorpusPlan.matches(conf, input.path())
            : List.of(Paths.of(input.path()));
    for (Path path : named) {
      Path place = Paths.real(path, conf);
      File local = Paths.local(path, conf);
      // Nothing can be written below a file, which is told where that is tried.
      boolean file = local != null && local.isFile();
      boolean open = file || input.reading() == Reading.ARTIFACTS;
      for (int i = 0; i < written.size(); i++) {
        if (!open || written.get(i).equals(place) || !Paths.within(written.get(i), place)) {
          check(input, place, outputs.get(i), written.get(i));
        }
      }
      if (input.reading() == Reading.MODEL && seen.add(place)) {
        for (Input behind : behind(input, written, conf)) {
          check(behind, written, seen, conf);
        }
      }
    }
  }

  /**
   * Whether nothing that a glob may match can meet an output, so that nobody need list what it
   * does: the job will. On this machine a link may lead anywhere.
   */
  private static boolean apart(String text, List<Path> written, Configuration conf)
      throws IOException {
    if (!CorpusPlan.isGlob(text) || Paths.local(Paths.of(text), conf) != null) {
      return false;
    }
    Path folder = CorpusPlan.above(conf, text);
    return written.stream().noneMatch(one -> meet(one, folder));
  }

  private static void check(Input input, Path place, Output output, Path written) {
    if (!meet(written, place)) {
      return;
    }
    boolean inside = Paths.within(written, place);
    throw met(
        output,
        input.name(),
        inside && !written.equals(place)
            ? "the next run would read what is written there"
            : "what is read would be lost");
  }

  private static UserException met(Output output, String other, String why) {
    return UserException.configuration(
        output.name()
            + " and "
            + other
            + " must not be the same nor one within the other: "
            + why
            + "; give another "
            + output.flag());
  }

  /**
   * The models that a mixture names; the dataset that a model was made from, if it is there. No
   * command needs that: it may be gone, or lie where nobody gets from here, and is opened only
   * where an output would lie.
   */
  private static List<Input> behind(Input model, List<Path> written, Configuration conf)
      throws IOException {
    List<Input> behind = new ArrayList<>();
    if (!ArtifactReader.isArtifact(conf, model.path())) {
      return behind;
    }
    if (MixtureArtifact.isMixture(conf, model.path())) {
      MixtureArtifact mixture = MixtureArtifact.open(conf, model.path());
      for (MixtureArtifact.Component component : mixture.components()) {
        String path = ModelPath.of(mixture.resolve(component)).folder();
        behind.add(new Input("the model " + path + " of " + model.name(), path, Reading.MODEL));
      }
    }
    Manifest manifest = ArtifactReader.open(conf, model.path()).manifest();
    if (manifest.kind() == ArtifactKind.REGISTRY) {
      // Which version is meant is decided later.
      for (ModelVersion version : Registry.open(conf, model.path()).state().versions()) {
        String fingerprint = version.inputs().get("dataset");
        addDataset(version.trainedOn(), fingerprint, model, written, conf, behind);
      }
      return behind;
    }
    JsonNode input = Json.tree(manifest.config()).path("input");
    String dataset = input.isTextual() ? input.asText() : input.path("paths").path(0).asText("");
    addDataset(dataset, manifest.inputs().get("dataset"), model, written, conf, behind);
    return behind;
  }

  /**
   * @param fingerprint of the dataset that the model was made from; null if it was made from none
   */
  private static void addDataset(
      String dataset,
      String fingerprint,
      Input model,
      List<Path> written,
      Configuration conf,
      List<Input> behind)
      throws IOException {
    if (fingerprint != null
        && !dataset.isEmpty()
        && meets(dataset, written, conf)
        && holds(dataset, fingerprint, conf)) {
      behind.add(new Input("the dataset " + dataset + " of " + model.name(), dataset, Reading.ANY));
    }
  }

  /** Whether one of the outputs would; of a place that cannot be told none does. */
  private static boolean meets(String path, List<Path> written, Configuration conf) {
    Path place;
    try {
      place = Paths.real(Paths.of(path), conf);
    } catch (IOException | RuntimeException e) {
      return false;
    }
    return written.stream().anyMatch(one -> meet(one, place));
  }

  private static boolean meet(Path one, Path other) {
    return Paths.within(one, other) || Paths.within(other, one);
  }

  /** Whether an artifact is there that has a fingerprint; of a damaged one nobody knows. */
  private static boolean holds(String path, String fingerprint, Configuration conf)
      throws IOException {
    try {
      return ArtifactReader.isArtifact(conf, path)
          && ArtifactReader.open(conf, path).manifest().fingerprint().equals(fingerprint);
    } catch (UserException e) {
      return false;
    }
  }
}
