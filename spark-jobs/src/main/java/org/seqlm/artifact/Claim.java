package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.store.DataFolder;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * That one process at a time works for a folder. It saves work and decides nothing: of two that
 * both believe to hold it, commits that are exclusive let one win.
 *
 * <p>Claims are files {@code N.json} of a folder of their own. Each is made only where there is
 * none of its number, the highest counts, and the next is taken when that one is given back or its
 * holder is dead. A holder writes his file anew every few seconds. He is dead if his process can be
 * seen to be gone, or if his file stays the same for some such times by the clock of who waits: no
 * two clocks are compared. Who finds a higher number than his own, or another's file in its place,
 * has lost the claim, and is told when he asks ({@link #check}).
 */
public final class Claim implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("([1-9]\\d{0,17})\\.json");

  /** How long giving it back waits for a sign of life that is being written. */
  private static final int LAST_BEAT_SECONDS = 10;

  private final FileSystem fs;
  private final Path folder;
  private final long number;
  private final ScheduledExecutorService beating =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "seqlm-claim");
            thread.setDaemon(true);
            return thread;
          });
  private Claimant self; // of the thread that beats, and after it of who closes
  private volatile String lost;

  private Claim(FileSystem fs, Path folder, long number, Claimant self) {
    this.fs = fs;
    this.folder = folder;
    this.number = number;
    this.self = self;
  }

  /**
   * The claim that counts.
   *
   * @param bytes of its file; empty while that is written, or gone
   */
  private record Held(long number, byte[] bytes, Optional<Claimant> claimant) {
    boolean isSame(Held other) {
      return other != null && number == other.number && Arrays.equals(bytes, other.bytes);
    }
  }

  /**
   * Takes it, or does what the rules say where another has it.
   *
   * @param folder of the claims alone
   * @param work for people: {@code the night of 2026-11-28}
   * @throws UserException with exit code 5 where another has it, and it is not to be waited for, or
   *     no longer
   */
  public static Claim take(
      Configuration conf, Path folder, String work, ClaimRules rules, Progress progress)
      throws IOException {
    FileSystem fs = Paths.plain(folder, conf);
    return new Taking(fs, fs.makeQualified(folder), work, rules, progress).take();
  }

  /** Who tries to take it, and what he has seen. */
  private static final class Taking {
    private final FileSystem fs;
    private final Path folder;
    private final String work;
    private final ClaimRules rules;
    private final Progress progress;
    private final long begun = System.nanoTime();
    private Held last;
    private long lastSeen;
    private boolean changed;
    private boolean told;

    Taking(FileSystem fs, Path folder, String work, ClaimRules rules, Progress progress) {
      this.fs = fs;
      this.folder = folder;
      this.work = work;
      this.rules = rules;
      this.progress = progress;
    }

    Claim take() throws IOException {
      while (true) {
        Held held = newest(fs, folder);
        note(held);
        if (isFree(held)) {
          Claim claim = tryTo(held == null ? 1 : held.number() + 1);
          if (claim != null) {
            return claim;
          }
        } else {
          decide(held);
          await(rules.beat());
        }
      }
    }

    private void note(Held held) {
      if (held == null || !held.isSame(last)) {
        changed = last != null && held != null && held.number() == last.number();
        last = held;
        lastSeen = System.nanoTime();
      }
    }

    private boolean isFree(Held held) {
      if (held == null || held.claimant().map(Claimant::ended).orElse(false)) {
        return true;
      }
      boolean dead = held.claimant().flatMap(Claimant::alive).map(alive -> !alive).orElse(false);
      boolean silent =
          since(lastSeen)
                  .compareTo(rules.patience(held.claimant().map(Claimant::beatSeconds).orElse(0.0)))
              >= 0;
      if (dead || silent) {
        progress.message(
            "note: "
                + who(held)
                + (dead ? ", but is gone" : ", but shows no sign of life")
                + ": "
                + work
                + " goes on without it");
      }
      return dead || silent;
    }

    /** Whether to go on waiting for one that may be alive. */
    private void decide(Held held) {
      boolean alive = changed || held.claimant().flatMap(Claimant::alive).orElse(false);
      if (alive && rules.policy() == ClaimRules.Policy.LEAVE) {
        throw UserException.platform(
            who(held)
                + ": "
                + work
                + " leaves, as concurrent.policy is leave; start it again when that is over, or"
                + " give --concurrent wait");
      }
      if (since(begun).compareTo(rules.longest()) >= 0) {
        throw UserException.platform(
            who(held)
                + ": "
                + work
                + " has waited for it for "
                + rules.hours()
                + " hours; start it again when that is over, or raise concurrent.hours");
      }
      if (!told) {
        told = true;
        progress.message(
            "note: "
                + who(held)
                + ": "
                + work
                + (rules.policy() == ClaimRules.Policy.WAIT
                    ? " waits for it"
                    : " looks whether it is alive"));
      }
    }

    /** Takes a number; null where another was first. */
    private Claim tryTo(long number) throws IOException {
      Claimant self = Claimant.here(DataFolder.unique(), work, rules.beatSeconds());
      self.hold();
      boolean taken = false;
      try {
        if (Store.of(fs, folder).hasFolders()) {
          fs.mkdirs(folder);
        }
        taken = ExclusiveFile.write(fs, file(folder, number), self.bytes(), self.unique());
        if (taken) {
          removeOlder(number);
          Claim claim = new Claim(fs, folder, number, self);
          claim.begin(rules.beat());
          return claim;
        }
        return null;
      } finally {
        if (!taken) {
          self.letGo();
        }
      }
    }

    private void removeOlder(long number) {
      try {
        for (FileStatus one : files(fs, folder)) {
          if (number(one) > 0 && number(one) < number) {
            fs.delete(one.getPath(), false);
          }
        }
      } catch (IOException e) {
        // They do not count any more.
      }
    }

    private static Duration since(long nanos) {
      return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static void await(Duration time) throws IOException {
      try {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while it waited for another's work", e);
      }
    }
  }

  private static String who(Held held) {
    return held.claimant().map(Claimant::told).orElse("another process is at work");
  }

  private static Path file(Path folder, long number) {
    return new Path(folder, number + ".json");
  }

  private static long number(FileStatus file) {
    Matcher matcher = NAME.matcher(file.getPath().getName());
    return matcher.matches() && file.isFile() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static FileStatus[] files(FileSystem fs, Path folder) throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** The one that counts; null for none. */
  private static Held newest(FileSystem fs, Path folder) throws IOException {
    long newest = 0;
    for (FileStatus one : files(fs, folder)) {
      newest = Math.max(newest, number(one));
    }
    if (newest == 0) {
      return null;
    }
    byte[] bytes;
    try (InputStream in = fs.open(file(folder, newest))) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException | PathIOException e) {
      bytes = new byte[0]; // swept away since, or being written anew, which S3A finds a fault
    }
    return new Held(newest, bytes, Claimant.read(bytes));
  }

  private void begin(Duration beat) {
    beating.scheduleWithFixedDelay(
        this::beat, beat.toNanos(), beat.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void beat() {
    try {
      if (isMine()) {
        self = self.beats();
        write(self);
      }
    } catch (IOException | FSError e) {
      // The next one may get through. (What Hadoop throws where a disk is full is no exception.)
    }
  }

  /** Whether it still is this one's, as far as can be seen. */
  private boolean isMine() throws IOException {
    Held held = newest(fs, folder);
    boolean others =
        held != null
            && (held.number() > number
                || held.claimant().map(one -> !one.unique().equals(self.unique())).orElse(false));
    if (others) {
      lost = who(held);
    }
    return !others && held != null;
  }

  private void write(Claimant one) throws IOException {
    try (OutputStream out = fs.create(file(folder, number), true)) {
      out.write(one.bytes());
    }
  }

  /**
   * Asks whether it is still held, for between two pieces of work.
   *
   * @throws UserException with exit code 5 if another took it
   */
  public void check() {
    try {
      isMine(); // signs of life may not have got through for a while
    } catch (IOException e) {
      // The claim decides nothing: it is enough to know what can be known.
    }
    if (lost != null) {
      throw UserException.platform(
          lost
              + ", which took this one for dead: what this one has done is left to it; start the"
              + " command again to hear what became of it");
    }
  }

  /** Gives it back, if it is still held; where that cannot be written it is found to be silent. */
  @Override
  public void close() {
    beating.shutdown();
    try {
      if (beating.awaitTermination(LAST_BEAT_SECONDS, TimeUnit.SECONDS) && isMine()) {
        write(self.ends());
      }
    } catch (IOException | FSError e) {
      // Nobody loses but time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      self.letGo();
    }
  }
}
