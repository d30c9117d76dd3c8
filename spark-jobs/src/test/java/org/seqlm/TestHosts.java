package org.seqlm;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * What two hosts of a cluster on this machine are: two loopback addresses or, where the system lets
 * us make network and mount namespaces (as root), two networks with a cable between them, and small
 * disks that both see. Namespaces end with the two processes that hold them: nothing of them stays
 * on the machine.
 */
final class TestHosts implements AutoCloseable {
  private static final List<String> LOOPBACK = List.of("127.0.0.2", "127.0.0.3");
  private static final List<String> OWN = List.of("10.77.0.1", "10.77.0.2");

  /** The end of the cable at the first host. */
  private static final String CABLE = "seqlm0";

  /** MiB of each small disk. */
  private static final int DISK = 96;

  private static final int HOLD_SECONDS = 1200;

  private final Path disks;
  private final List<Process> holders = new ArrayList<>();
  private final String problem;

  private TestHosts(Path disks) {
    this.disks = disks;
    String failed = null;
    try {
      namespaces();
    } catch (IOException | IllegalStateException e) {
      failed = e.getMessage();
      end();
    }
    problem = failed;
    try {
      Files.createDirectories(disks.resolve("spill"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param disks an empty folder
   */
  static TestHosts find(Path disks) {
    return new TestHosts(disks);
  }

  private void namespaces() throws IOException {
    String seconds = Integer.toString(HOLD_SECONDS);
    holders.add(new ProcessBuilder("unshare", "--net", "--mount", "sleep", seconds).start());
    holders.add(new ProcessBuilder("unshare", "--net", "sleep", seconds).start());
    for (Process holder : holders) {
      awaitNamespace(holder);
    }
    String second = Long.toString(holders.get(1).pid());
    in(0, "ip", "link", "set", "lo", "up");
    in(1, "ip", "link", "set", "lo", "up");
    in(0, "ip", "link", "add", CABLE, "type", "veth", "peer", "name", "seqlm1", "netns", second);
    in(0, "ip", "address", "add", OWN.get(0) + "/24", "dev", CABLE);
    in(1, "ip", "address", "add", OWN.get(1) + "/24", "dev", "seqlm1");
    in(0, "ip", "link", "set", CABLE, "up");
    in(1, "ip", "link", "set", "seqlm1", "up");
    for (String disk : List.of("spill", "output")) {
      Path at = Files.createDirectories(disks.resolve(disk));
      in(0, "mount", "-t", "tmpfs", "-o", "size=" + DISK + "m", "none", at.toString());
    }
  }

  /** A process that has begun is in its namespace a moment later. */
  private static void awaitNamespace(Process holder) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    Path program = Path.of("/proc", Long.toString(holder.pid()), "comm");
    while (holder.isAlive() && !Files.readString(program).strip().equals("sleep")) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("unshare does nothing");
      }
      Thread.onSpinWait();
    }
    if (!holder.isAlive()) {
      throw new IllegalStateException(
          new String(holder.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  /** Runs a program of the system on a host. */
  private void in(int host, String... command) throws IOException {
    List<String> line = new ArrayList<>(within(host));
    line.addAll(List.of(command));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.onExit().join().exitValue();
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
    }
  }

  /** What a command begins with to run on a host: both have one host's disks. */
  List<String> within(int host) {
    return holders.isEmpty()
        ? List.of()
        : List.of(
            "nsenter",
            "--net=/proc/" + holders.get(host).pid() + "/ns/net",
            "--mount=/proc/" + holders.get(0).pid() + "/ns/mnt",
            "--wd=" + Path.of("").toAbsolutePath());
  }

  String address(int host) {
    return (holders.isEmpty() ? LOOPBACK : OWN).get(host);
  }

  String first() {
    return address(0);
  }

  /** Skips the running test, by name, where there are no namespaces. */
  void requireNamespaces() {
    Assumptions.assumeTrue(
        problem == null, () -> "no network and mount namespaces on this machine: " + problem);
  }

  /** Cuts the cable between the hosts: what is sent is lost, and nobody is told. */
  void cut() throws IOException {
    in(0, "ip", "link", "set", CABLE, "down");
  }

  void mend() throws IOException {
    in(0, "ip", "link", "set", CABLE, "up");
  }

  /** Where shuffles and spills go. */
  Path disk() {
    return disks.resolve("spill");
  }

  /** A small disk for outputs. */
  Path output() {
    return disks.resolve("output");
  }

  /** A file of a small disk as this process sees it. */
  Path here(Path file) {
    return Path.of("/proc", Long.toString(holders.get(0).pid()), "root", file.toString());
  }

  /**
   * Fills a disk but for so many bytes.
   *
   * @return what to remove
   */
  Path fill(Path disk, long left) throws IOException {
    Path filler = here(disk.resolve("filler"));
    byte[] block = new byte[1 << 12]; // a page: of what that disk keeps
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (long n = filler.toFile().getUsableSpace() - left; n >= block.length; n -= block.length) {
        out.write(block);
      }
    }
    return filler;
  }

  /** Lets nothing be written to a disk, or anything again. */
  void mount(Path disk, String how) throws IOException {
    in(0, "mount", "-o", "remount," + how, disk.toString());
  }

  private void end() {
    holders.forEach(holder -> holder.destroyForcibly().onExit().join());
    holders.clear();
  }

  @Override
  public void close() {
    end();
  }
}
