package org.seqlm.doctor;

import java.util.List;
import java.util.Map;

/**
 * What one process of an application tells of itself, its machine and what it reaches. It travels
 * as JSON.
 *
 * @param id {@link #DRIVER}, or the number that Spark gives an executor
 * @param host as Spark names it
 * @param versions of {@code seqlm}, {@code Java}, {@code Spark}, {@code Scala} and {@code Hadoop}
 * @param cores what computes there
 * @param natives the engines' native libraries
 * @param gpus of its machine, and which of them it has
 * @param memory bytes
 * @param disks where Spark puts what it spills, each folder
 * @param shuffleService what is wrong with the external shuffle service of its host; empty where it
 *     answers, null where none is asked for
 * @param output what is wrong with writing the output from here; empty where that works, null where
 *     there is none
 */
public record ProcessFacts(
    String id,
    String host,
    Map<String, String> versions,
    Cores cores,
    Natives natives,
    Gpus gpus,
    Memory memory,
    List<Disk> disks,
    String shuffleService,
    String output) {

  /** The driver's id. */
  public static final String DRIVER = "driver";

  /** Whether this is the driver. */
  public boolean ofDriver() {
    return id.equals(DRIVER);
  }

  /** Whether any of its disks can be written to. */
  public boolean canSpill() {
    return disks.stream().anyMatch(disk -> disk.problem().isEmpty());
  }

  /** The same with as many tasks at once as Spark's scheduler gives it. */
  public ProcessFacts withSlots(int slots) {
    Cores known = new Cores(cores.processors, slots, cores.threads);
    return new ProcessFacts(
        id, host, versions, known, natives, gpus, memory, disks, shuffleService, output);
  }

  /** The same with the addresses of the GPUs that Spark gave to its executor. */
  public ProcessFacts withAddresses(List<String> addresses) {
    Gpus known =
        new Gpus(gpus.there, addresses, gpus.torchCuda, gpus.nd4jCuda, gpus.seen, gpus.runtime);
    return new ProcessFacts(
        id, host, versions, cores, natives, known, memory, disks, shuffleService, output);
  }

  /** The same with what somebody else found wrong with writing the output from there. */
  public ProcessFacts withOutput(String problem) {
    return new ProcessFacts(
        id, host, versions, cores, natives, gpus, memory, disks, shuffleService, problem);
  }

  /**
   * What computes.
   *
   * @param processors that the system gives the process
   * @param slots tasks that it runs at once; 0 where it runs none
   * @param threads variables that say how many threads native libraries start for a task, by name;
   *     only those that are set
   */
  public record Cores(int processors, int slots, Map<String, String> threads) {}

  /**
   * The engines' native libraries.
   *
   * @param loaded what is, by engine
   * @param problems why the others are not, by engine
   * @param absent engines that the jar has no natives for on this system
   * @param kernels what they compute with, as {@link org.seqlm.kernels.KernelChoice} has it
   * @param cache where they are unpacked
   */
  public record Natives(
      Map<String, String> loaded,
      Map<String, String> problems,
      List<String> absent,
      Map<String, String> kernels,
      Cache cache) {}

  /**
   * A folder of unpacked natives.
   *
   * @param folder that is used; null if there can be none
   * @param asked the folder that was asked for by a property; null if none was
   * @param free bytes on its disk before they were unpacked
   * @param unpacked bytes that are there
   * @param stale files that somebody began to unpack, or links that lead nowhere
   */
  public record Cache(String folder, String asked, long free, long unpacked, int stale) {}

  /**
   * GPUs.
   *
   * @param there those that nvidia-smi tells of
   * @param addresses those that Spark gave to a task there, or where tasks take none to the
   *     executor; empty if it deals out none
   * @param torchCuda whether libtorch's natives are those for GPUs
   * @param nd4jCuda whether ND4J's are
   * @param seen how many libtorch sees; null without natives for GPUs
   * @param runtime libtorch's CUDA and cuDNN, in its own words; null likewise
   */
  public record Gpus(
      List<Gpu> there,
      List<String> addresses,
      boolean torchCuda,
      boolean nd4jCuda,
      Integer seen,
      String runtime) {}

  /**
   * A GPU.
   *
   * @param index nvidia-smi's number
   * @param name of it
   * @param major of its compute capability
   * @param minor of it
   * @param driver its driver's version, for instance {@code 580.65.06}
   * @param mebibytes of its memory; 0 where nobody tells
   */
  public record Gpu(int index, String name, int major, int minor, String driver, long mebibytes) {
    /** For instance {@code 9.0}. */
    String capability() {
      return major + "." + minor;
    }
  }

  /**
   * Memory.
   *
   * @param heap bytes that Java's heap may take
   * @param machine bytes of the machine, or of the container that the process is in
   */
  public record Memory(long heap, long machine) {}

  /**
   * A folder on a disk of the machine.
   *
   * @param folder its path
   * @param problem why nothing can be written there; empty if it can
   * @param free bytes
   * @param bytesPerSecond that a file was written with, to the disk and not to memory; 0 where
   *     nobody measured
   */
  public record Disk(String folder, String problem, long free, double bytesPerSecond) {}
}
