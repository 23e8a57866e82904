package io.tola.jmeter.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs that later ones are compared with, as a file of JSON.
 *
 * @param scenario that was run
 * @param conditions machine, users, mix, durations; only runs with equal ones are compared
 */
public record Baseline(String scenario, Map<String, String> conditions, List<Run> runs) {

  /**
   * One of them.
   *
   * @param commit of the code that was loaded
   * @param figures by name
   */
  public record Run(String commit, Map<String, Double> figures) {}

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Runs of one commit. */
  public static Baseline of(
      String scenario,
      String commit,
      Map<String, String> conditions,
      List<Map<String, Double>> runs) {
    return new Baseline(
        scenario, conditions, runs.stream().map(figures -> new Run(commit, figures)).toList());
  }

  /** These runs, then those. */
  public Baseline and(List<Run> others) {
    return new Baseline(
        scenario, conditions, Stream.concat(runs.stream(), others.stream()).toList());
  }

  /** Of each run. */
  public List<Map<String, Double>> figures() {
    return runs.stream().map(Run::figures).toList();
  }

  /** Each once, with commas. */
  public String commits() {
    return runs.stream().map(Run::commit).distinct().collect(Collectors.joining(", "));
  }

  /** Where the baseline of a scenario lies: {@code folder/machine-class/scenario.json}. */
  public static Path file(Path folder, String machineClass, String scenario) {
    return folder.resolve(machineClass).resolve(scenario + ".json");
  }

  /**
   * Each condition that isn't the same, in words; empty when the runs may be compared. The commit is no condition: that it is
   * another is why one compares.
   */
  public List<String> unlike(String otherScenario, Map<String, String> others) {
    List<String> unlike = new ArrayList<>();
    if (!scenario.equals(otherScenario)) {
      unlike.add("scenario: " + scenario + " there, " + otherScenario + " here");
    }
    TreeSet<String> names = new TreeSet<>(conditions.keySet());
    names.addAll(others.keySet());
    for (String name : names) {
      String there = conditions.getOrDefault(name, "nothing");
      String here = others.getOrDefault(name, "nothing");
      if (!there.equals(here)) {
        unlike.add(name + ": " + there + " there, " + here + " here");
      }
    }
    return unlike;
  }

  /** The file's text. */
  public String json() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("scenario", scenario);
    ObjectNode with = root.putObject("conditions");
    new TreeMap<>(conditions).forEach(with::put);
    ArrayNode all = root.putArray("runs");
    runs.forEach(
        run ->
            new TreeMap<>(run.figures()).forEach(all.addObject().put("commit", run.commit())::put));
    return JSON.writeValueAsString(root) + "\n";
  }

  /** Writes it, the folders as well. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, json());
  }

  /**
   * Reads one.
   *
   * @throws IOException when there is none, or it isn't one
   */
  public static Baseline read(Path file) throws IOException {
    JsonNode root = JSON.readTree(Files.readString(file));
    if (!root.path("runs").isArray()
        || root.path("runs").isEmpty()
        || !root.path("conditions").isObject()
        || !root.path("scenario").isTextual()) {
      throw new IOException(file + " is no baseline");
    }
    Map<String, String> conditions = new TreeMap<>();
    root.get("conditions")
        .fields()
        .forEachRemaining(e -> conditions.put(e.getKey(), e.getValue().asText()));
    // Files of before had one for all runs.
    String commit = root.path("commit").asText("not known");
    List<Run> runs = new ArrayList<>();
    for (JsonNode node : root.get("runs")) {
      Map<String, Double> run = new TreeMap<>();
      node.fields()
          .forEachRemaining(
              e -> {
                if (e.getValue().isNumber()) {
                  run.put(e.getKey(), e.getValue().asDouble());
                }
              });
      runs.add(new Run(node.path("commit").asText(commit), run));
    }
    return new Baseline(root.get("scenario").asText(), conditions, runs);
  }
}
