"""What a catalogue is made of: records, annotations, inheritance. No input, no output."""
