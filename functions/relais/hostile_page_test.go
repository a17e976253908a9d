package main

type view struct{}

func (s *siege) visit() {}
