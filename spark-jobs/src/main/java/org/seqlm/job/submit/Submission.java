package org.seqlm.job.submit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.SparkUserAppException;
import org.seqlm.ExitCode;
import org.seqlm.Secrets;
import org.seqlm.UserException;
import org.seqlm.job.cli.Master;
import org.seqlm.spark.task.PlatformRemedies;

/**
 * The submitter's side, which {@code bin/seqlm} starts where the driver shall be on a cluster: runs
 * spark-submit, follows the driver's bulletin, and ends as the command did, with its exit code, its
 * lines and its standard output. Interrupted, it ends the job.
 *
 * <p>The code is the bulletin's. Where there is none (another release's jar, a file system that one
 * of the two does not reach, a driver that was killed) it is what YARN's diagnostics keep of it;
 * else 0 where the manager says that all went well, and 5.
 */
public final class Submission {
  /** Where bulletins are, instead of the user's home on the default file system. */
  static final String FOLDER_VARIABLE = "SEQLM_BULLETINS";

  /** A job that is taken within so many looks needs no word. */
  private static final int PATIENT_LOOKS = 5;

  private static final String WAIT = ".submit.waitAppCompletion";
  private static final long LOOK_MILLIS = 2_000;

  /** A file system of several machines may show a file a little later on another. */
  private static final long LATE_MILLIS = 10_000;

  private final String master;
  private final List<String> command;
  private final SubmitSettings settings;
  private final PrintStream out;
  private final PrintStream err;
  private final Manager manager;
  private final BulletinFile file;
  private final SubmitLog log;
  private final Set<String> past = new HashSet<>(); // attempts that others have followed
  private String attempt = "";
  private Bulletin latest; // of that attempt
  private long shown;
  private boolean unreadable;
  private volatile boolean over;

  private Submission(
      String master,
      List<String> command,
      SubmitSettings settings,
      String folder,
      PrintStream out,
      PrintStream err) {
    this.master = master;
    this.command = command;
    this.settings = settings;
    this.out = out;
    this.err = err;
    Configuration hadoop = settings.hadoop();
    manager = Manager.of(master, Path.of(command.get(0)).resolve("../..").normalize(), hadoop);
    log =
        new SubmitLog(
            line -> err.println(Secrets.redacted(line)),
            line -> err.println("seqlm: " + Secrets.redacted(line)));
    BulletinFile next = null;
    try {
      next = waits() ? BulletinFile.next(folder, hadoop) : null;
    } catch (IOException | RuntimeException e) {
      err.println(
          "seqlm: note: progress and exit code may not arrive, for no file can be written to "
              + (folder == null ? "your home on the cluster's file system" : folder)
              + " ("
              + oneLine(e)
              + "): name a folder that the cluster reaches in "
              + FOLDER_VARIABLE);
    }
    file = next;
  }

  /**
   * Runs a submission to the command's end.
   *
   * @param args the master; a file of Spark's settings, which need not exist; and the command of
   *     spark-submit, from the program on
   */
  public static void main(String[] args) throws SparkUserAppException {
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    try {
      Master.of(args[0]).requireAnswer();
    } catch (UserException e) {
      e.problems().forEach(line -> err.println("seqlm: error: " + line));
      throw new SparkUserAppException(e.exitCode().code());
    }
    String folder = System.getenv(FOLDER_VARIABLE);
    int code = run(List.of(args), folder, LOOK_MILLIS, System.out, err);
    if (code != 0) {
      throw new SparkUserAppException(code);
    }
  }

  /**
   * The same.
   *
   * @param folder of bulletins; null for the user's
   * @param lookMillis between two looks at the bulletin
   * @return the exit code
   */
  static int run(
      List<String> args, String folder, long lookMillis, PrintStream out, PrintStream err) {
    List<String> command = args.subList(2, args.size());
    try {
      SubmitSettings settings = SubmitSettings.of(args.get(1), command);
      login(settings);
      return new Submission(args.get(0), command, settings, folder, out, err).run(lookMillis);
    } catch (UserException e) {
      e.problems().forEach(line -> err.println("seqlm: error: " + line));
      return e.exitCode().code();
    } catch (IOException e) {
      err.println("seqlm: platform: spark-submit did not run: " + oneLine(e));
      return ExitCode.PLATFORM.code();
    }
  }

  /** As spark-submit does it for itself, in a process of its own. */
  private static void login(SubmitSettings settings) {
    Optional<String> principal = settings.value("--principal", "spark.kerberos.principal");
    Optional<String> keytab = settings.value("--keytab", "spark.kerberos.keytab");
    if (principal.isEmpty() || keytab.isEmpty()) {
      return;
    }
    try {
      UserGroupInformation.setConfiguration(settings.hadoop());
      UserGroupInformation.loginUserFromKeytab(principal.get(), keytab.get());
    } catch (IOException e) {
      throw UserException.configuration(
          "--principal "
              + principal.get()
              + " cannot log in with --keytab "
              + keytab.get()
              + ": "
              + oneLine(e));
    }
  }

  private int run(long lookMillis) throws IOException {
    List<String> words = new ArrayList<>(manager.completed(command, settings));
    if (file != null) {
      words.addAll(1, List.of("--conf", BulletinWriter.KEY + "=" + file));
    }
    Process process =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interrupted(process), "seqlm-interruption"));
    Thread reader = new Thread(() -> read(process), "seqlm-submit-log");
    reader.setDaemon(true);
    reader.start();
    try {
      for (int looks = 1; !process.waitFor(lookMillis, TimeUnit.MILLISECONDS); looks++) {
        look();
        if (looks == PATIENT_LOOKS) {
          tellWhatIsWaitedFor();
        }
      }
      reader.join();
      return end(process.exitValue());
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      over = true;
    }
  }

  /** Spark says nothing while nobody answers, or has room. */
  private void tellWhatIsWaitedFor() {
    Optional<String> id = log.id();
    if (id.isEmpty()) {
      err.println(
          "seqlm: "
              + master
              + " has not taken the job yet: waiting for it to answer"
              + (master.equals("yarn") ? " (" + settings.resourceManager() + ")" : ""));
    } else if (master.startsWith("spark:") && log.state().isEmpty()) {
      err.println(
          "seqlm: "
              + id.get()
              + " waits for a worker with room for it: see spark.driver.memory and"
              + " spark.driver.cores, and the master's page");
    }
  }

  private void read(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!over) {
          log.line(line);
        }
      }
    } catch (IOException e) {
      // The process has ended, and its pipe with it.
    }
  }

  /**
   * Shows what is new in the bulletin; null where there is none. A driver that was given up, and
   * started again elsewhere, may come back and write to the same file: what it says counts no more.
   */
  private Bulletin look() {
    if (file == null || log.id().isEmpty()) {
      return null;
    }
    try {
      Bulletin bulletin = file.read();
      if (bulletin != null && past.contains(bulletin.attempt())) {
        return latest.code() == null ? null : latest;
      }
      if (bulletin != null) {
        show(bulletin);
        latest = bulletin;
      }
      return bulletin;
    } catch (IOException | RuntimeException e) {
      if (!unreadable) {
        unreadable = true;
        err.println("seqlm: note: " + file + " cannot be read: " + oneLine(e));
      }
      return null;
    }
  }

  private void show(Bulletin bulletin) {
    if (!bulletin.attempt().equals(attempt)) {
      if (!attempt.isEmpty()) {
        err.println("seqlm: the driver was started again");
        past.add(attempt);
      }
      attempt = bulletin.attempt();
      shown = 0;
    }
    long first = bulletin.lines() - bulletin.last().size();
    if (first > shown) {
      err.println("seqlm: (" + (first - shown) + " more lines are in the driver's log)");
      shown = first;
    }
    bulletin.last().stream()
        .skip(shown - first)
        .forEach(line -> err.println(Secrets.redacted(line)));
    shown = bulletin.lines();
  }

  /** Whether spark-submit waits for the job's end, as it does where nobody says otherwise. */
  private boolean waits() {
    return Stream.of("spark.yarn", "spark.standalone")
        .noneMatch(of -> "false".equals(settings.values().get(of + WAIT)));
  }

  private int end(int submitCode) throws InterruptedException {
    Optional<String> id = log.id();
    if (id.isPresent() && submitCode == 0 && !waits()) {
      err.println(
          "seqlm: "
              + id.get()
              + " was handed over, and nobody follows it; its log: "
              + manager.log(id.get())
              + "; to end it: "
              + manager.killCommand(id.get()));
      return ExitCode.DONE.code();
    }
    if (id.isEmpty() || !log.taken(submitCode)) {
      return notTaken(submitCode);
    }
    if (submitCode > 128) {
      // A signal, which may be on its way to this process, too.
      Thread.sleep(1_000);
    }
    if (over) {
      return ExitCode.PLATFORM.code();
    }
    Bulletin bulletin = last(log.state());
    try {
      if (bulletin != null && bulletin.code() != null) {
        return said(bulletin, id.get());
      }
    } finally {
      delete();
    }
    Optional<SubmitLog.Ended> ended = log.ended();
    if (ended.isPresent()) {
      if (shown == 0) {
        err.println("seqlm: error: " + ended.get().line());
      }
      return ended.get().code();
    }
    if (attempt.isEmpty() && file != null) {
      err.println(
          "seqlm: note: nothing of what the driver said has arrived: where it reaches other file"
              + " systems than this machine, name a folder that both reach in "
              + FOLDER_VARIABLE);
    }
    if (log.state().equals("FINISHED") && submitCode == 0) {
      return ExitCode.DONE.code();
    }
    err.println("seqlm: platform: " + id.get() + without(submitCode));
    err.println("seqlm: its log: " + manager.log(id.get()));
    return ExitCode.PLATFORM.code();
  }

  /** What became of a job without an exit code. */
  private String without(int submitCode) {
    String why = log.why().isEmpty() ? "" : " (" + log.why() + ")";
    if (!log.over()) {
      return " is out of sight, for spark-submit ended with "
          + submitCode
          + why
          + "; it may still run: "
          + manager.killCommand(log.id().orElseThrow());
    }
    // YARN's state is FINISHED, whatever its final status.
    String state = log.state().equals("FINISHED") ? "FAILED" : log.state();
    return " ended as " + state + " and left no exit code" + why;
  }

  /** Standard output as the command wrote it, and its code. */
  private int said(Bulletin bulletin, String id) {
    out.writeBytes(bulletin.output().getBytes(StandardCharsets.UTF_8));
    if (bulletin.unsaid() > 0) {
      err.println(
          "seqlm: note: "
              + bulletin.unsaid()
              + " more bytes of standard output are in the driver's own: "
              + manager.log(id));
    }
    if (out.checkError() && bulletin.code() == ExitCode.DONE.code()) {
      err.println("seqlm: error: standard output did not take all of it: " + manager.log(id));
      return ExitCode.PLATFORM.code();
    }
    return bulletin.code();
  }

  /** The bulletin of a job that is over; waits a while for what is on its way. */
  private Bulletin last(String state) throws InterruptedException {
    boolean mayBeLate = !state.equals("KILLED") && !state.equals("ERROR");
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS);
    Bulletin bulletin = look();
    while (bulletin != null && bulletin.code() == null && mayBeLate && System.nanoTime() < until) {
      Thread.sleep(500);
      bulletin = look();
    }
    return bulletin;
  }

  private int notTaken(int submitCode) {
    Optional<String> queue = PlatformRemedies.unknownQueue(log.why());
    if (queue.isPresent()) {
      err.println("seqlm: error: " + queue.get());
      return ExitCode.CONFIGURATION.code();
    }
    err.println(
        "seqlm: platform: spark-submit, which ended with "
            + submitCode
            + ", did not bring the job to "
            + master
            + (log.why().isEmpty() ? "" : ": " + log.why()));
    return ExitCode.PLATFORM.code();
  }

  private void delete() {
    if (file != null) {
      try {
        file.delete();
      } catch (IOException | RuntimeException e) {
        // A small file is left in a folder of its user's.
      }
    }
  }

  /** The process is being ended: so is the job, as it would be where the driver is here. */
  private void interrupted(Process process) {
    if (over) {
      return;
    }
    over = true;
    process.destroy();
    Optional<String> id = log.id();
    id.ifPresent(job -> err.println("seqlm: interrupted: ending " + job));
    if (id.isEmpty()) {
      err.println(
          "seqlm: interrupted while the job was handed over: look whether "
              + master
              + " has it, and kill it there");
      return;
    }
    try {
      manager.kill(id.get());
      err.println("seqlm: interrupted: " + id.get() + " is killed with it");
    } catch (IOException | RuntimeException e) {
      err.println(
          "seqlm: interrupted: "
              + id.get()
              + " could not be killed ("
              + oneLine(e)
              + ") and may still run: "
              + manager.killCommand(id.get()));
    }
    delete();
  }

  private static String oneLine(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank()
        ? problem.getClass().getSimpleName()
        : Secrets.redacted(message.strip().lines().findFirst().orElse("").strip());
  }
}
