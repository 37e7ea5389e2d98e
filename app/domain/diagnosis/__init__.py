"""From what is shown and said to the fault class: signs, evidence, probabilities, questions, advice."""
