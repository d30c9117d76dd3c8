package org.seqlm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * A standalone Spark cluster of real processes: a master and two workers that Spark takes for two
 * hosts, {@code 127.0.0.2} and {@code 127.0.0.3}, as it speculates on another host only.
 */
final class LoopbackCluster implements AutoCloseable {
  private static final List<String> HOSTS = List.of("127.0.0.2", "127.0.0.3");

  private final List<Process> processes = new ArrayList<>();
  private final int port;

  /**
   * @param scratch where its processes work
   */
  LoopbackCluster(Path scratch) throws IOException {
    this(scratch, List.of(2, 2), worker -> List.of());
  }

  /**
   * With workers of different kinds.
   *
   * @param cores of each
   * @param settings of each, from 0, as options of Java
   */
  LoopbackCluster(Path scratch, List<Integer> cores, IntFunction<List<String>> settings)
      throws IOException {
    SubmittedJar spark = new SubmittedJar(scratch);
    Path folder = Files.createDirectories(scratch.resolve("cluster"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String master = "127.0.0.1";
    List<String> none = List.of();
    start(spark, folder, none, "master.Master", master, List.of("--port", Integer.toString(port)));
    awaitMaster();
    for (int i = 0; i < HOSTS.size(); i++) {
      String has = Integer.toString(cores.get(i));
      List<String> options =
          List.of("--cores", has, "--memory", "1g", "--work-dir", folder.toString(), url());
      start(spark, folder, settings.apply(i), "worker.Worker", HOSTS.get(i), options);
    }
  }

  /** A command that finds nobody there says so at once. */
  private void awaitMaster() throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (ConnectException e) {
        if (!processes.get(0).isAlive() || System.nanoTime() > until) {
          close();
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private void start(
      SubmittedJar spark,
      Path folder,
      List<String> ofJava,
      String name,
      String host,
      List<String> options)
      throws IOException {
    List<String> arguments = new ArrayList<>(ofJava);
    arguments.add("org.apache.spark.deploy." + name);
    arguments.addAll(List.of("--host", host, "--webui-port", "0"));
    arguments.addAll(options);
    processes.add(
        spark.spark(folder.resolve(host + ".out"), folder.resolve(host + ".err"), host, arguments));
  }

  String url() {
    return "spark://127.0.0.1:" + port;
  }

  /** Drivers and executors that its workers have started. */
  List<ProcessHandle> started() {
    return processes.stream().flatMap(Process::descendants).toList();
  }

  /** Workers take their executors with them. */
  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).destroy();
      processes.get(i).onExit().join();
    }
  }
}
