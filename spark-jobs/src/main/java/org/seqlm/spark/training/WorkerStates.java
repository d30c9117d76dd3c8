package org.seqlm.spark.training;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.SmallFile;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/**
 * The files in which workers keep their state from round to round: {@code
 * FOLDER/<writer>/<round>/<worker>.<attempt>}. Attempts of one worker write files of their own, and
 * the driver learns which of them counts; an executor remembers the last state of each worker it
 * ran, as long as memory lasts, and reads the file where another ran it. The writer is the process
 * that trains: another, of the same run even, writes and removes nothing of his.
 */
public final class WorkerStates implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String SHARED = "shared";
  private static final String REGROUPED = "regrouped";

  /** The trainings whose states an executor remembers: one, and those that overlap with it. */
  private static final int TRAININGS = 4;

  /** By training, then by worker; one an executor. */
  private static final Map<String, Map<Integer, Cached>> CACHE =
      new LinkedHashMap<>(TRAININGS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<Integer, Cached>> eldest) {
          return size() > TRAININGS;
        }
      };

  /** The states of {@code round}; {@code sha256} is null where no file was written. */
  private record Cached(int round, String sha256, SoftReference<WorkerState> state) {}

  private final SharedSettings conf;
  private final String folder;
  private final String writer;

  /**
   * @param folder on any Hadoop file system that all executors reach
   * @param writer a name that no other writer has
   */
  public WorkerStates(Configuration conf, String folder, String writer) {
    this.conf = new SharedSettings(conf);
    this.folder = folder;
    this.writer = writer;
  }

  /** With a writer's name drawn by chance. */
  public WorkerStates(Configuration conf, String folder) {
    this(conf, folder, UUID.randomUUID().toString());
  }

  private void cache(int worker, Cached cached) {
    synchronized (CACHE) {
      CACHE
          .computeIfAbsent(folder + "\n" + writer, key -> new ConcurrentHashMap<>())
          .put(worker, cached);
    }
  }

  /** What is remembered of a worker, or null. */
  private Cached cached(int worker) {
    synchronized (CACHE) {
      return CACHE.getOrDefault(folder + "\n" + writer, Map.of()).get(worker);
    }
  }

  /** Remembers the state of a worker after a round; called by a task. */
  void remember(int round, int worker, WorkerState state) {
    cache(worker, new Cached(round, null, new SoftReference<>(state)));
  }

  /** The state after a round, if this process remembers it; else null. */
  WorkerState remembered(int round, int worker) {
    Cached cached = cached(worker);
    return cached != null && cached.round == round ? cached.state.get() : null;
  }

  /** Writes a state, and remembers it; called by a task. */
  StateFile write(int round, int worker, long attempt, WorkerState state) throws IOException {
    StateFile file = write(name(round, worker + "." + attempt), state::writeTo);
    cache(worker, new Cached(round, file.sha256(), new SoftReference<>(state)));
    return file;
  }

  private String name(int round, String file) {
    return writer + "/" + round + "/" + file;
  }

  /**
   * Reads a state; called by a task.
   *
   * @throws UserException with exit code 3 if the file is missing or damaged
   */
  WorkerState read(int worker, StateFile file) throws IOException {
    Cached cached = cached(worker);
    if (cached != null && file.sha256().equals(cached.sha256)) {
      WorkerState state = cached.state.get();
      if (state != null) {
        return state;
      }
    }
    return readVerified(file, WorkerState::read);
  }

  /**
   * Writes what the workers of a round began with, for whoever trains it again; called by the
   * driver.
   */
  StateFile writeShared(int round, SharedModel model) throws IOException {
    return write(name(round, SHARED), model::writeTo);
  }

  /** Reads what {@link #writeShared} wrote; called by a task. */
  SharedModel readShared(StateFile file) throws IOException {
    return readVerified(file, SharedModel::readFrom);
  }

  /** How often to write a state that a file system does not take: it may be busy. */
  private static final int ATTEMPTS = 3;

  private StateFile write(String name, HashedFile.Content content) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        Path path = new Path(folder);
        FileEntry entry = HashedFile.replace(path.getFileSystem(conf.value()), path, name, content);
        return new StateFile(entry.path(), entry.sha256());
      } catch (IOException e) {
        failure = e;
      }
    }

    throw UserException.platform(
        "cannot write the worker state "
            + new Path(folder, name)
            + ": "
            + failure.getMessage()
            + "; when there is room and the file system is reached, the same command goes on"
            + " from the last checkpoint",
        failure);
  }

  /** Reads what a file holds. */
  @FunctionalInterface
  private interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  /**
   * Makes one state for all of the workers that take the place of others: moments are the mean over
   * the workers, in their order and in float64, the hidden state is zero. Called by the driver,
   * which holds one state at a time.
   *
   * @param files by worker
   * @param round after which
   * @param step that the new ones begin with
   * @param workers how many they are
   * @return the state's file, for each of them
   */
  public List<StateFile> regrouped(List<StateFile> files, int round, long step, int workers)
      throws IOException {
    double[] sums = new double[0];
    long updates = 0;
    for (StateFile file : files) {
      WorkerState state = readVerified(file, WorkerState::read);
      float[] moments = state.moments();
      if (moments.length > sums.length) {
        sums = Arrays.copyOf(sums, moments.length); // those without any had zeros
      }
      for (int i = 0; i < moments.length; i++) {
        sums[i] += moments[i];
      }
      updates = Math.max(updates, state.updates());
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / files.size());
    }
    WorkerState state = new WorkerState(step, updates, mean, new float[0]);
    return Collections.nCopies(workers, write(name(round, REGROUPED), state::writeTo));
  }

  /** Nothing is held but what is read: a file may be longer than an array of bytes can be. */
  private <T> T readVerified(StateFile file, Reading<T> reading) throws IOException {
    Path path = new Path(folder, file.path());
    String name = "the worker state " + path;
    try (InputStream in =
        new BufferedInputStream(
            VerifiedStream.of(
                path.getFileSystem(conf.value()).open(path),
                name,
                file.sha256(),
                SmallFile.Remedy.NONE),
            1 << 16)) {
      return reading.from(in);
    } catch (FileNotFoundException e) {
      throw UserException.data(name + " is missing (do all executors reach that file system?)");
    } catch (ChecksumException e) {
      throw UserException.data(name + " is damaged: its bytes changed", e);
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
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
      readVerified(
          file,
          in -> {
            in.transferTo(OutputStream.nullOutputStream());
            return file;
          });
      return "";
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DATA) {
        throw e;
      }
      return e.getMessage();
    }
  }

  /** The folder in which a state lies, below that of all. */
  private static String folder(StateFile file) {
    int slash = file.path().lastIndexOf('/');
    return slash < 0 ? file.path() : file.path().substring(0, slash);
  }

  /**
   * Deletes the states of this writer's rounds, and those that were handed to it, but for some;
   * called by the driver.
   *
   * @param handed states of other writers that this one went on from
   * @param keep states that count
   */
  public void deleteExcept(Collection<StateFile> handed, Collection<StateFile> keep)
      throws IOException {
    deleteExcept(handed, keep, 0);
  }

  /**
   * The same, but for what a round writes meanwhile.
   *
   * @param atWork that round, 0 if there is none
   */
  public void deleteExcept(Collection<StateFile> handed, Collection<StateFile> keep, int atWork)
      throws IOException {
    Path path = new Path(folder);
    FileSystem fs = path.getFileSystem(conf.value());
    Set<String> old = new TreeSet<>();
    handed.forEach(file -> old.add(folder(file)));
    try {
      for (FileStatus status : fs.listStatus(new Path(path, writer))) {
        old.add(writer + "/" + status.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      // It has written none yet.
    }
    keep.forEach(file -> old.remove(folder(file)));
    old.remove(writer + "/" + atWork);
    for (String each : old) {
      fs.delete(new Path(path, each), true);
    }
  }
}
