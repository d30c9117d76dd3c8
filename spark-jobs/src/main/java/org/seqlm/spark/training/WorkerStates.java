package org.seqlm.spark.training;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.HashedFile;
import org.seqlm.artifact.Sha256;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.WorkerState;

/**
 * The files in which workers keep their state from round to round: {@code
 * FOLDER/<round>/<worker>.<attempt>}. Attempts of one worker write files of their own, and the
 * driver learns which of them counts; an executor remembers the last state of each worker it ran,
 * as long as memory lasts, and reads the file where another ran it.
 */
public final class WorkerStates implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String SHARED = "shared";

  /** By folder and worker; one an executor. */
  private static final Map<String, Cached> CACHE = new ConcurrentHashMap<>();

  /** The states of {@code round}; {@code sha256} is null where no file was written. */
  private record Cached(int round, String sha256, SoftReference<WorkerState> state) {}

  private final SerializableConfiguration conf;
  private final String folder;

  /**
   * @param folder on any Hadoop file system that all executors reach
   */
  public WorkerStates(Configuration conf, String folder) {
    this.conf = new SerializableConfiguration(conf);
    this.folder = folder;
  }

  /** Remembers the state of a worker after a round; called by a task. */
  void remember(int round, int worker, WorkerState state) {
    CACHE.put(key(worker), new Cached(round, null, new SoftReference<>(state)));
  }

  /** The state after a round, if this process remembers it; else null. */
  WorkerState remembered(int round, int worker) {
    Cached cached = CACHE.get(key(worker));
    return cached != null && cached.round == round ? cached.state.get() : null;
  }

  /** Writes a state, and remembers it; called by a task. */
  StateFile write(int round, int worker, long attempt, WorkerState state) throws IOException {
    StateFile file = write(round + "/" + worker + "." + attempt, state::writeTo);
    CACHE.put(key(worker), new Cached(round, file.sha256(), new SoftReference<>(state)));
    return file;
  }

  /**
   * Reads a state; called by a task.
   *
   * @throws UserException with exit code 3 if the file is missing or damaged
   */
  WorkerState read(int worker, StateFile file) throws IOException {
    Cached cached = CACHE.get(key(worker));
    if (cached != null && file.sha256().equals(cached.sha256)) {
      WorkerState state = cached.state.get();
      if (state != null) {
        return state;
      }
    }
    return WorkerState.read(readVerified(file));
  }

  /** Writes what the workers of a round began with, for their replay; called by the driver. */
  StateFile writeShared(int round, SharedModel model) throws IOException {
    return write(round + "/" + SHARED, model::writeTo);
  }

  /** Reads what {@link #writeShared} wrote; called by a task. */
  SharedModel readShared(StateFile file) throws IOException {
    return SharedModel.readFrom(
        new DataInputStream(new java.io.ByteArrayInputStream(readVerified(file))));
  }

  /** Replaces what the same round of an interrupted process left. */
  private StateFile write(String name, HashedFile.Content content) throws IOException {
    Path path = new Path(folder);
    try {
      FileEntry entry = HashedFile.replace(path.getFileSystem(conf.value()), path, name, content);
      return new StateFile(entry.path(), entry.sha256());
    } catch (IOException e) {
      throw UserException.platform(
          "cannot write the worker state "
              + new Path(folder, name)
              + ": "
              + e.getMessage()
              + "; when there is room and the file system is reached, the same command goes on"
              + " from the last checkpoint");
    }
  }

  private byte[] readVerified(StateFile file) throws IOException {
    Path path = new Path(folder, file.path());
    byte[] content;
    try (InputStream in = path.getFileSystem(conf.value()).open(path)) {
      content = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw UserException.data(
          "the worker state " + path + " is missing (do all executors reach that file system?)");
    } catch (org.apache.hadoop.fs.ChecksumException e) {
      throw UserException.data("the worker state " + path + " is damaged: its bytes changed");
    }
    if (!Sha256.of(content).equals(file.sha256())) {
      throw UserException.data(
          "the worker state " + path + " is damaged: its SHA-256 is not the one written");
    }
    return content;
  }

  /**
   * Has executors read every state once.
   *
   * @return what is wrong with the first that is missing or damaged, or null if all are whole
   */
  public String problem(JavaSparkContext spark, List<StateFile> files) {
    if (files.isEmpty()) {
      return null;
    }
    List<Integer> workers = IntStream.range(0, files.size()).boxed().toList();
    java.util.ArrayList<StateFile> all = new java.util.ArrayList<>(files);
    return spark
        .parallelize(workers, workers.size())
        .map(worker -> problem(all.get(worker)))
        .collect()
        .stream()
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .orElse(null);
  }

  private String problem(StateFile file) throws IOException {
    try {
      readVerified(file);
      return "";
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DATA) {
        throw e;
      }
      return e.getMessage();
    }
  }

  private String key(int worker) {
    return folder + "\n" + worker;
  }

  /** Deletes the states of rounds that {@code keep} does not hold; called by the driver. */
  public void deleteExcept(Set<Integer> keep) throws IOException {
    Path path = new Path(folder);
    FileSystem fs = path.getFileSystem(conf.value());
    if (!fs.exists(path)) {
      return;
    }
    for (var status : fs.listStatus(path)) {
      String name = status.getPath().getName();
      if (name.matches("\\d+") && !keep.contains(Integer.parseInt(name))) {
        fs.delete(status.getPath(), true);
      }
    }
  }
}
