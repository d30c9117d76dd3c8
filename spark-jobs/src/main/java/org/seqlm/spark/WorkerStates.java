package org.seqlm.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.UserException;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.HashedFile;
import org.seqlm.artifact.Sha256;
import org.seqlm.artifact.StateFile;
import org.seqlm.neural.WorkerState;

/**
 * The files in which workers keep their state from round to round: {@code
 * FOLDER/<round>/<worker>.<attempt>}. Attempts of one worker write files of their own, and the
 * driver learns which of them counts; an executor remembers the last state of each worker it ran
 * and reads the file where another ran it.
 */
public final class WorkerStates implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By folder and worker; one an executor. */
  private static final Map<String, Cached> CACHE = new ConcurrentHashMap<>();

  private record Cached(String sha256, WorkerState state) {}

  private final SerializableConfiguration conf;
  private final String folder;

  /**
   * @param folder on any Hadoop file system that all executors reach
   */
  public WorkerStates(Configuration conf, String folder) {
    this.conf = new SerializableConfiguration(conf);
    this.folder = folder;
  }

  /** Writes a state; called by a task. */
  StateFile write(int round, int worker, long attempt, WorkerState state) throws IOException {
    Path path = new Path(folder);
    FileEntry entry =
        HashedFile.write(
            path.getFileSystem(conf.value()),
            path,
            round + "/" + worker + "." + attempt,
            attempt,
            state::writeTo);
    CACHE.put(folder + "\n" + worker, new Cached(entry.sha256(), state));
    return new StateFile(entry.path(), entry.sha256());
  }

  /**
   * Reads a state; called by a task.
   *
   * @throws UserException with exit code 3 if the file is missing or damaged
   */
  WorkerState read(int worker, StateFile file) throws IOException {
    Cached cached = CACHE.get(folder + "\n" + worker);
    if (cached != null && cached.sha256.equals(file.sha256())) {
      return cached.state;
    }
    Path path = new Path(folder, file.path());
    byte[] content;
    try (var in = path.getFileSystem(conf.value()).open(path)) {
      content = in.readAllBytes();
    } catch (java.io.FileNotFoundException e) {
      throw UserException.data(
          "the worker state "
              + path
              + " is missing (do all executors reach that file system?): resume from an earlier"
              + " checkpoint or start over",
          e);
    }
    if (!Sha256.of(content).equals(file.sha256())) {
      throw UserException.data(
          "the worker state " + path + " is damaged: its SHA-256 is not the one written");
    }
    return WorkerState.read(content);
  }

  /** Forgets what this process remembers of a folder. */
  void forget() {
    CACHE.keySet().removeIf(key -> key.startsWith(folder + "\n"));
  }

  /** Deletes the states of rounds that {@code keep} does not hold; called by the driver. */
  public void deleteExcept(java.util.Set<Integer> keep) throws IOException {
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
