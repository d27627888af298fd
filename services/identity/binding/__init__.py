"""Who may act for a pupil. A public stream: statistics counts the pupils with a guardian."""
