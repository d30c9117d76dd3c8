package org.seqlm.job.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.spark.scheduler.ExternalClusterManager;
import org.seqlm.UserException;

/**
 * Where Spark runs, as {@code --master} or Spark's own settings say.
 *
 * @param url as given
 * @param kind of Spark
 * @param threads tasks at once in this process, at least 1; 0 where others run them
 * @param attempts of a task before its job fails, where Spark runs in this process; else 0
 */
public record Master(String url, Kind kind, int threads, int attempts) {
  /** Kinds of Spark. */
  public enum Kind {
    /** All of it in this process. */
    LOCAL,
    /** Executors in processes of their own on this machine, for tests. */
    LOCAL_CLUSTER,
    /** Spark's own cluster manager. */
    STANDALONE,
    YARN,
    /** Kubernetes, Mesos, or what else this Spark knows. */
    OTHER
  }

  /** More threads than any machine has cores; each is offered tasks of its own. */
  private static final int MOST_THREADS = 10_000;

  private static final int ANSWER_MILLIS = 5_000;
  private static final String FORMS =
      "local[N], local[*], yarn, k8s://HOST:PORT, spark://HOST:PORT";
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[\\s*(\\d+|\\*)\\s*(?:,\\s*(\\d+)\\s*)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

  /**
   * Reads a master.
   *
   * @throws UserException with exit code 2 if Spark knows none of this form
   */
  public static Master of(String url) {
    Matcher local = LOCAL.matcher(url);
    if (local.matches()) {
      String threads = local.group(1);
      int most =
          threads == null
              ? 1
              : threads.equals("*")
                  ? Runtime.getRuntime().availableProcessors()
                  : number(url, "threads", threads, MOST_THREADS);
      int attempts =
          local.group(2) == null
              ? 1
              : number(url, "attempts of a task", local.group(2), MOST_THREADS);
      return new Master(url, Kind.LOCAL, most, attempts);
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(url);
    if (cluster.matches()) {
      number(url, "executors", cluster.group(1), MOST_THREADS);
      number(url, "cores of an executor", cluster.group(2), MOST_THREADS);
      number(url, "MiB of an executor", cluster.group(3), Integer.MAX_VALUE);
      return new Master(url, Kind.LOCAL_CLUSTER, 0, 0);
    }
    if (url.startsWith("spark://")) {
      addresses(url);
      return new Master(url, Kind.STANDALONE, 0, 0);
    }
    if (url.equals("yarn")) {
      return new Master(url, Kind.YARN, 0, 0);
    }
    boolean elsewhere = url.startsWith("k8s://") || url.startsWith("mesos://");
    // Spark's plug-ins look at the beginning only.
    if (elsewhere ? !url.endsWith("://") : known(url)) {
      return new Master(url, Kind.OTHER, 0, 0);
    }
    throw UserException.configuration(
        "--master must be one of " + FORMS + ", but is " + (url.isEmpty() ? "empty" : url));
  }

  /** Whether all of Spark is this process. */
  public boolean oneProcess() {
    return kind == Kind.LOCAL;
  }

  /** Whether all of Spark is on this machine, and ends with the job. */
  public boolean onThisMachine() {
    return kind == Kind.LOCAL || kind == Kind.LOCAL_CLUSTER;
  }

  /**
   * Asks Spark's own masters for an answer: Spark would ask for a minute, and then break off in the
   * midst of what it does.
   *
   * @throws UserException with exit code 5 if none takes a connection
   */
  public void requireAnswer() {
    if (kind != Kind.STANDALONE) {
      return;
    }
    List<String> silent = new ArrayList<>();
    for (InetSocketAddress address : addresses(url)) {
      try (Socket socket = new Socket()) {
        // Resolved anew: a name may be known by now.
        socket.connect(
            new InetSocketAddress(address.getHostString(), address.getPort()), ANSWER_MILLIS);
        return;
      } catch (IOException e) {
        silent.add(
            address.getHostString()
                + ":"
                + address.getPort()
                + ": "
                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
      }
    }
    throw UserException.platform(
        "no Spark master answers at "
            + url
            + " ("
            + String.join("; ", silent)
            + "): start it, or correct --master");
  }

  private static List<InetSocketAddress> addresses(String url) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String one : url.substring("spark://".length()).split(",", -1)) {
      URI uri = uri("spark://" + one);
      if (uri == null || uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65_535) {
        throw UserException.configuration(
            "--master must be spark://HOST:PORT, or spark://HOST:PORT,HOST:PORT for several, but"
                + " is "
                + url);
      }
      addresses.add(InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort()));
    }
    return addresses;
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (java.net.URISyntaxException e) {
      return null;
    }
  }

  private static int number(String url, String what, String digits, int most) {
    try {
      int number = Integer.parseInt(digits);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Too many digits are too large a number.
    }
    throw UserException.configuration(
        "--master: the " + what + " must be 1 to " + most + ", but are " + digits + " in " + url);
  }

  /** Whether a plug-in of this Spark takes it. */
  private static boolean known(String url) {
    return StreamSupport.stream(
            ServiceLoader.load(ExternalClusterManager.class, Master.class.getClassLoader())
                .spliterator(),
            false)
        .anyMatch(manager -> manager.canCreate(url));
  }
}
